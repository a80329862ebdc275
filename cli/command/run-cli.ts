import packageJson from "../../package.json" with { type: "json" };
import { type CommandEntry, EXIT, type ExitCode, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { explainError } from "./explain-error.ts";
import { findCommand, groupOf, unknownCommand } from "./find-command.ts";
import type { Io } from "./io.ts";
import { checkArgCount, parseCall } from "./parse-call.ts";
import { commandHelp, overallHelp } from "./print-help.ts";

/** Runs what was typed after `synfleet` and says how it ended. */
export async function runCli(words: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(words, io);
  } catch (error) {
    io.error(`synfleet: ${explainError(error)}`);
    if (!(error instanceof UsageError)) return EXIT.failed;
    const name = findCommand(words)?.name;
    io.error(`Help: synfleet ${name === undefined ? "" : `${name} `}--help`);
    return EXIT.usage;
  }
}

async function dispatch(words: readonly string[], io: Io): Promise<ExitCode> {
  const [first] = words;
  if (first === undefined) {
    io.error(overallHelp(COMMANDS));
    return EXIT.usage;
  }
  if (first === "help") return dispatch([...words.slice(1), "--help"], io);
  if (first === "--version") return say(io, packageJson.version);
  if (isHelp(first)) return say(io, overallHelp(COMMANDS));
  const entry = findCommand(words);
  if (entry !== null) return runCommand(entry, words, io);
  const group = groupOf(first);
  if (group.length > 0 && words.some(isHelp)) return say(io, overallHelp(group));
  throw unknownCommand(words);
}

async function runCommand(
  entry: CommandEntry,
  words: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const command = await entry.load();
  const call = parseCall(command, words.slice(entry.name.split(" ").length), io);
  if (call.options.help === true) return say(io, commandHelp(entry, command));
  checkArgCount(entry, command, call);
  return command.run(call);
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function say(io: Io, text: string): ExitCode {
  io.out(text);
  return EXIT.fine;
}
