import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import type { EpochMs } from "../../shared/units.ts";
import { CliError } from "./command.ts";

/** A command's only way to the terminal, the clock and the environment. */
export interface Io {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Whether somebody may still read what is said. */
  readonly isHeard: () => boolean;
  /** Colours may be used on standard output. */
  readonly colours: boolean;
  /** Null where nobody is there to be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
  readonly readStdin: () => Promise<string>;
  readonly now: () => EpochMs;
  readonly cwd: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours are for a terminal whose owner has not declined them (https://no-color.org). */
export function wantsColours(isTerminal: boolean, env: Environment): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
}

/** The real terminal. Questions go to standard error, so that standard output stays clean. */
export function processIo(): Io {
  return {
    isHeard: watchReader(process.stdout, process.stderr),
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    colours: wantsColours(process.stdout.isTTY === true, process.env),
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : null,
    readStdin: () => text(process.stdin),
    now: Date.now,
    cwd: process.cwd(),
  };
}

// `synfleet … | head` closes the pipe early: that is not a failure, and what is to be stored is stored.
function watchReader(out: NodeJS.WriteStream, error: NodeJS.WriteStream): () => boolean {
  let isHeard = true;
  for (const stream of [out, error]) {
    stream.on("error", (fault: NodeJS.ErrnoException) => {
      if (fault.code !== "EPIPE") throw fault;
      if (stream === out) isHeard = false;
    });
  }
  return () => isHeard;
}

async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it without an answer.
  const closed = once(terminal, "close");
  try {
    const answer = await Promise.race([
      terminal.question(question).catch(() => null),
      closed.then(() => null),
    ]);
    if (answer === null) throw new CliError("There was no answer, so nothing was changed.");
    return answer;
  } finally {
    terminal.close();
  }
}
