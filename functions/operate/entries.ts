import {
  type Maintenance,
  maintenanceEntry,
  ORIGIN_FIELD,
  parseEntry,
  quietingEntry,
  type Setting,
  type SettingEntry,
} from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable, nearestName } from "../../shared/input/input.ts";
import type { EpochMs } from "../../shared/units.ts";
import type { AlertingStore } from "../ports/alerting-store.ts";

/** A stored entry, and what it sets; null if it can't be used. */
export interface FoundEntry {
  readonly entry: SettingEntry;
  readonly setting: Setting | null;
  readonly id: string;
}

/** The stored entries of some kinds, in order of kinds and ids. */
export async function findEntries(
  settings: Pick<AlertingStore, "readSettings">,
  kinds: readonly string[],
): Promise<FoundEntry[]> {
  const entries = await settings.readSettings();
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

/**
 * Ends an entry now: `over` if it is kept with its end, `removed` if it never was in effect, comes again
 * or could not be read, `of a file` if only its task file can end it.
 */
export async function endEntry(
  settings: Pick<AlertingStore, "putSettings" | "deleteSettings">,
  { entry, setting }: FoundEntry,
  nowMs: EpochMs,
): Promise<"over" | "removed" | "of a file"> {
  if (entry.fields[ORIGIN_FIELD] === "file") return "of a file";
  const ended = endedEntry(setting, nowMs);
  if (ended === null) await settings.deleteSettings([entry.key]);
  else await settings.putSettings([ended]);
  return ended === null ? "removed" : "over";
}

function endedEntry(setting: Setting | null, nowMs: EpochMs): SettingEntry | null {
  if (setting?.kind === "maintenance") return endedMaintenance(setting.maintenance, nowMs);
  if (setting?.kind !== "quieting") return null;
  const { quieting } = setting;
  const untilMs = Math.max(quieting.fromMs, Math.min(quieting.untilMs ?? nowMs, nowMs));
  return quietingEntry({ ...quieting, untilMs });
}

/** Only a single window that has begun can be over. */
function endedMaintenance(maintenance: Maintenance, nowMs: EpochMs): SettingEntry | null {
  const { schedule } = maintenance;
  if (schedule.kind !== "once" || nowMs <= schedule.fromMs) return null;
  const untilMs = Math.min(schedule.untilMs, nowMs);
  return maintenanceEntry({ ...maintenance, schedule: { ...schedule, untilMs } });
}

function quote(text: string): string {
  return escapeUnprintable(JSON.stringify(text));
}
