import { parseArgs } from "node:util";
import { nearestName } from "../../shared/input/input.ts";
import type { Call, Command, CommandEntry, Options } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";

/** Options of every command. */
const EVERYWHERE: Options = { help: { type: "boolean", short: "h", about: "" } };

/** Parses what was typed after a command's name; throws UsageError for an option that the command does not have. */
export function parseCall(command: Command, words: readonly string[], io: Io): Call {
  const options = { ...command.options, ...EVERYWHERE };
  const parsed = readWords(words, options);
  const given = parsed.tokens.flatMap((token) =>
    token.kind === "option" && token.value !== undefined
      ? [{ name: token.name, value: token.value }]
      : [],
  );
  return { args: parsed.positionals, options: parsed.values as Call["options"], given, io };
}

/** Throws UsageError if a call has fewer or more arguments than its command takes. */
export function checkArgCount(entry: CommandEntry, command: Command, call: Call): void {
  const { min, max } = command.argCount;
  if (call.args.length < min)
    throw new UsageError(`${entry.name} needs ${entry.args.replace("...", "")}.`);
  if (call.args.length <= max) return;
  throw new UsageError(`${entry.name} takes no further argument: "${call.args[max]}".`);
}

function readWords(words: readonly string[], options: Options) {
  try {
    return parseArgs({
      args: joinNegatives(words, options),
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    throw new UsageError(sentenceOf(error, options));
  }
}

/** A number below zero is a value, so that its command can say what it takes instead. */
function joinNegatives(words: readonly string[], options: Options): string[] {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const isJoined = (i: number) =>
    i < end && isNegative(words[i]) && isValueOption(words[i - 1], options);
  return words.flatMap((word, i) => {
    if (isJoined(i)) return [];
    return [isJoined(i + 1) ? `${word}=${words[i + 1]}` : word];
  });
}

function isNegative(word = ""): boolean {
  return /^-\.?\d/.test(word);
}

function isValueOption(word: string | undefined, options: Options): boolean {
  return word?.startsWith("--") === true && options[word.slice(2)]?.type === "string";
}

function sentenceOf(error: unknown, options: Options): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, valueless] =
    /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument (?:is ambiguous|missing)/.exec(message) ?? [];
  if (valueless !== undefined)
    return `${valueless} needs a value; one that begins with a hyphen is written ${valueless}=VALUE.`;
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return message.replace(/\n[\s\S]*$/, "");
  const near = nearestName(unknown.replace(/^-+/, ""), Object.keys(options));
  return `Unknown option ${unknown}.${near === null ? "" : ` Did you mean --${near}?`}`;
}
