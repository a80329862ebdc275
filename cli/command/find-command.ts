import { nearestName } from "../../shared/input/input.ts";
import { type CommandEntry, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/** The command that the words begin with, or null. */
export function findCommand(words: readonly string[]): CommandEntry | null {
  const typed = [words.slice(0, 2).join(" "), words[0]];
  return COMMANDS.find((entry) => typed.includes(entry.name)) ?? null;
}

/** The commands whose first word this is and that have a second, e.g. those of `tasks`. */
export function groupOf(first: string | undefined): readonly CommandEntry[] {
  return COMMANDS.filter((entry) => entry.name.startsWith(`${first} `));
}

/** Why words that name no command were not understood. */
export function unknownCommand(words: readonly string[]): UsageError {
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
