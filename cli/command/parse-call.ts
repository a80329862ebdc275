import { parseArgs } from "node:util";
import { nearestName } from "../../shared/input/input.ts";
import { joinNegatives, valuelessSentence } from "../../terminal/option-values.ts";
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

function sentenceOf(error: unknown, options: Options): string {
  const message = error instanceof Error ? error.message : String(error);
  const valueless = valuelessSentence(message);
  if (valueless !== null) return valueless;
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return message.replace(/\n[\s\S]*$/, "");
  const near = nearestName(unknown.replace(/^-+/, ""), Object.keys(options));
  return `Unknown option ${unknown}.${near === null ? "" : ` Did you mean --${near}?`}`;
}
