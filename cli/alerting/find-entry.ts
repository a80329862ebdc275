import {
  parseEntry,
  type Setting,
  type SettingEntry,
} from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable, nearestName } from "../../shared/input/input.ts";
import type { OpenFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";

/** A stored entry, and what it sets; null if it can't be used. */
export interface FoundEntry {
  readonly entry: SettingEntry;
  readonly setting: Setting | null;
  readonly id: string;
}

/** The stored entries of some kinds, in order of kinds and ids. */
export async function findEntries(
  open: OpenFleet,
  kinds: readonly string[],
): Promise<FoundEntry[]> {
  const entries = await openHome(open).settings.readSettings();
  return entries.flatMap((entry) => {
    const [kind = "", ...rest] = entry.key.split("#");
    if (!kinds.includes(kind)) return [];
    return [{ entry, setting: parseEntry(entry).setting, id: rest.join("#") }];
  });
}

/** The entry with an id, or the sentence that there is none. */
export function entryWithId(
  found: readonly FoundEntry[],
  id: string,
  what: string,
): FoundEntry | string {
  const own = found.find((one) => one.id === id);
  if (own !== undefined) return own;
  const near = nearestName(
    id,
    found.map((one) => one.id),
  );
  const hint = near === null ? "" : ` Did you mean ${quote(near)}?`;
  return `No ${what} has the id ${quote(id)}.${hint}`;
}

function quote(text: string): string {
  return escapeUnprintable(JSON.stringify(text));
}
