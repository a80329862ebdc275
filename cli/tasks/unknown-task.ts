import { escapeUnprintable, nearestName } from "../../shared/input/input.ts";
import type { OpenFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";

/** More names than this are not listed. */
const LISTED_NAMES = 10;

/** Why nothing is known of a name: no stored task has it. Null if one has. */
export async function explainUnknown(open: OpenFleet, name: string): Promise<string | null> {
  const names = (await openHome(open).tasks.readTasks()).map((task) => task.name).sort();
  return names.includes(name) ? null : unknownSentence(name, names);
}

/** The sentence about a name that no task has, with what was probably meant. */
function unknownSentence(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return `No task is named ${quote(name)}. ${near === null ? wayOn(names) : `Did you mean ${quote(near)}?`}`;
}

function wayOn(names: readonly string[]): string {
  if (names.length === 0) return "No tasks are stored.";
  if (names.length > LISTED_NAMES) return "Run synfleet tasks list to see the names.";
  return `The stored tasks are ${names.map(quote).join(", ")}.`;
}

function quote(name: string): string {
  return escapeUnprintable(JSON.stringify(name));
}
