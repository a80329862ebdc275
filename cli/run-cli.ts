import packageJson from "../package.json" with { type: "json" };
import { nearestName } from "../shared/input/input.ts";
import { type CommandEntry, EXIT, type ExitCode } from "./command/command.ts";
import { explainError, UsageError } from "./command/errors.ts";
import type { Io } from "./command/io.ts";
import { checkArgCount, parseCall } from "./command/parse-call.ts";
import { commandHelp, overallHelp } from "./command/print-help.ts";
import { COMMANDS } from "./commands/commands.ts";

/** Runs what was typed after `synfleet`; the result is the exit code. It never throws: an error becomes a sentence. */
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

/** The command that the words begin with, or null. */
function findCommand(words: readonly string[]): CommandEntry | null {
  const named = (name: string | undefined) => COMMANDS.find((entry) => entry.name === name) ?? null;
  return named(words.slice(0, 2).join(" ")) ?? named(words[0]);
}

/** The commands of two words that begin with `first`, e.g. those of `tasks`. */
function groupOf(first: string | undefined): readonly CommandEntry[] {
  return COMMANDS.filter((entry) => entry.name.startsWith(`${first} `));
}

/** The error for words that name no command, with the nearest name if there is one. */
function unknownCommand(words: readonly string[]): UsageError {
  const [first = "", second = "-"] = words;
  if (first.startsWith("-")) return new UsageError(`A command comes first, not ${first}.`);
  const group = groupOf(first);
  if (group.length > 0 && second.startsWith("-")) {
    const seconds = group.map((entry) => entry.name.slice(first.length + 1));
    return new UsageError(`${first} needs one of: ${seconds.join(", ")}.`);
  }
  const typed = group.length > 0 ? `${first} ${second}` : first;
  const near = nearestName(typed, [...COMMANDS.map((entry) => entry.name), "tasks"]);
  const hint = near === null ? "" : ` Did you mean "${near}"?`;
  return new UsageError(`Unknown command "${typed}".${hint}`);
}
