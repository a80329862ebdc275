import { once } from "node:events";
import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import type { EpochMs } from "../../shared/units.ts";
import { escapeLines, unpaint, wantsColours } from "../../terminal/paint.ts";
import { CliError } from "./errors.ts";
import { openScreen, type Screen } from "./screen.ts";

/** `EXIT.failed`, which knows of this file. */
const FAILED = 3;

/** A command's only way to the terminal, the clock and the environment. */
export interface Io {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Shows how far a command is, in place of what it showed before; null unless standard error is a terminal. */
  readonly progress: ((line: string) => void) | null;
  /** Null unless standard output is a terminal that can draw in place. */
  readonly screen: Screen | null;
  /** Whether standard output still has a reader. */
  readonly isHeard: () => boolean;
  /** Colours may be used on standard output. */
  readonly colours: boolean;
  /** Asks the user; null if there is no terminal to ask on. */
  readonly ask: ((question: string) => Promise<string>) | null;
  readonly readStdin: () => Promise<string>;
  readonly now: () => EpochMs;
  readonly cwd: string;
  /** The variables of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves when somebody asks the command to end. Until it is called, that ends the process. */
  readonly untilStopped: () => Promise<void>;
  /** Who runs the command, as the system knows them. */
  readonly user: () => string;
}

/** An output of a process. */
interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: "error", listener: (fault: NodeJS.ErrnoException) => void): unknown;
}

/** The outputs of a process, its end, and the environment that says whether they may have colours. */
export interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Io["env"];
  exitCode?: NodeJS.Process["exitCode"];
  once(event: "exit", listener: () => void): unknown;
}

/** The real terminal. Questions go to standard error, so that standard output stays clean. */
export function processIo(outputs: Outputs = process): Io {
  const { stdout, stderr, env } = outputs;
  const errorColours = wantsColours(stderr.isTTY === true, env);
  const colours = wantsColours(stdout.isTTY === true, env);
  return {
    isHeard: watchReader(outputs),
    // Names and hosts come from outside: nothing of them may steer a terminal or a reader of JSON.
    out: (line) => stdout.write(escapeLines(`${line}\n`, colours)),
    // A command paints for standard output; standard error may be a file all the same.
    error: (line) =>
      stderr.write(`${escapeLines(errorColours ? line : unpaint(line), errorColours)}\n`),
    progress: stderr.isTTY === true ? (line) => stderr.write(progressText(line)) : null,
    screen: stdout.isTTY === true && env.TERM !== "dumb" ? openScreen(stdout, colours) : null,
    colours,
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : null,
    readStdin: () => text(process.stdin),
    now: Date.now,
    cwd: process.cwd(),
    env,
    untilStopped,
    user: () => readUser(env),
  };
}

/** From the beginning of the line, which is cleared to its end. */
function progressText(line: string): string {
  return `\r${escapeLines(line, false)}\x1b[K`;
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => resolve());
  });
}

/** A container may run under an id that has no name. */
function readUser(env: Outputs["env"]): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER || "unknown";
  }
}

// `synfleet … | head` closes the pipe early. That is not a failure: the command still stores what it has to store.
// So it does on a full disk, but what is missing there is told, and the command has failed.
function watchReader(outputs: Outputs): () => boolean {
  const { stdout, stderr } = outputs;
  let isHeard = true;
  stdout.on("error", (fault) => {
    if (fault.code !== "EPIPE" && isHeard) {
      stderr.write(`synfleet: Standard output can't be written: ${fault.message}.\n`);
      outputs.once("exit", () => {
        outputs.exitCode = FAILED;
      });
    }
    isHeard = false;
  });
  stderr.on("error", (fault) => {
    if (fault.code !== "EPIPE") throw fault;
  });
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
