import type { Fields, InputTable, Problem, Report } from "../../input/input.ts";
import { DAY_MS, type DurationMs, type EpochMs } from "../../units.ts";
import {
  type AlertSettings,
  FLEET_LABEL,
  printAlertSettings,
  readLevelSettings,
  type SettingLevels,
  targetLabel,
} from "../settings/settings.ts";
import type { Maintenance } from "./maintenance.ts";
import { printMaintenance, readMaintenance } from "./parse-maintenance.ts";
import { LONGEST_SILENCE_MS, printQuieting, readQuieting } from "./parse-quieting.ts";
import type { Quieting } from "./quieting.ts";

/** All that operators have set beside tasks. What a task sets itself comes with the task. */
export interface AlertingSettings extends SettingLevels {
  readonly maintenances: readonly Maintenance[];
  readonly quietings: readonly Quieting[];
}

/** Nothing is set. */
export const NO_ALERTING_SETTINGS: AlertingSettings = {
  maintenances: [],
  quietings: [],
  fleet: {},
  targets: {},
};

/** One thing that is set, in the user's field names, under a key that nothing else has. */
export interface SettingEntry {
  /** `maintenance#ID`, `silence#ID`, `acknowledge#ID`, `target#ID`, or `alerting` for the fleet. */
  readonly key: string;
  readonly fields: Fields;
}

/** What task files set. */
export type FileSettings = Omit<AlertingSettings, "quietings">;

/** The field of an entry that a task file owns, and not a command; `file`. */
export const ORIGIN_FIELD = "origin";

/** The key of the fleet's own settings. */
const FLEET_KEY = "alerting";

/** Each task asks all of them at each look. */
const MOST_ENTRIES = 1_000;

/** Entries as they can be used. Each is read on its own: a bad one is a problem and is left out. */
export interface ParsedEntries {
  readonly settings: AlertingSettings;
  readonly problems: readonly Problem[];
}

/** What one entry sets. */
export type Setting =
  | { readonly kind: "maintenance"; readonly maintenance: Maintenance }
  | { readonly kind: "quieting"; readonly quieting: Quieting }
  | { readonly kind: "target"; readonly id: string; readonly settings: Partial<AlertSettings> }
  | { readonly kind: "fleet"; readonly settings: Partial<AlertSettings> };

/** Reads stored entries of all kinds. */
export function parseEntries(entries: readonly SettingEntry[]): ParsedEntries {
  const parsed = entries.slice(0, MOST_ENTRIES).map(parseEntry);
  const problems = parsed.flatMap((one) => one.problems);
  const moreCount = entries.length - MOST_ENTRIES;
  if (moreCount > 0) {
    const rule = `must be at most ${MOST_ENTRIES}, so ${moreCount} have no effect`;
    problems.push({ ...aboutNoTask(FLEET_LABEL), field: "entries", rule, value: entries.length });
  }
  return { problems, settings: combine(parsed.flatMap(({ setting }) => setting ?? [])) };
}

function combine(settings: readonly Setting[]): AlertingSettings {
  return {
    maintenances: settings.flatMap((one) => (one.kind === "maintenance" ? one.maintenance : [])),
    quietings: settings.flatMap((one) => (one.kind === "quieting" ? one.quieting : [])),
    fleet: settings.find((one) => one.kind === "fleet")?.settings ?? {},
    targets: Object.fromEntries(
      settings.flatMap((one) => (one.kind === "target" ? [[one.id, one.settings] as const] : [])),
    ),
  };
}

/** Reads one stored entry of any kind. */
export function parseEntry({ key, fields }: SettingEntry): {
  readonly setting: Setting | null;
  readonly problems: readonly Problem[];
} {
  const [kind = "", ...rest] = key.split("#");
  const id = rest.join("#");
  const problems: Problem[] = [];
  const about = aboutNoTask(labelOf(kind, id));
  const report: Report = (field, rule, value) => problems.push({ ...about, field, rule, value });
  const { [ORIGIN_FIELD]: _, ...own } = fields;
  const setting = readSetting({ fields: own, path: "", report }, kind, id);
  return { setting: problems.length > 0 ? null : setting, problems };
}

function readSetting(item: InputTable, kind: string, id: string): Setting | null {
  switch (kind) {
    case "maintenance": {
      const maintenance = readMaintenance(item, id);
      return maintenance === undefined ? null : { kind, maintenance };
    }
    case "silence":
    case "acknowledge": {
      const quieting = readQuieting(item, { id, kind });
      return quieting === undefined ? null : { kind: "quieting", quieting };
    }
    case "target":
      return { kind, id, settings: readLevelSettings(item, "target") };
    case FLEET_KEY:
      return { kind: "fleet", settings: readLevelSettings(item, "fleet") };
    default:
      item.report("key", "must begin with maintenance#, silence#, acknowledge# or target#", kind);
      return null;
  }
}

/** The label of a maintenance in problems. */
export function maintenanceLabel(id: string): string {
  return labelOf("maintenance", id);
}

/** The label of an entry by its key, e.g. `Maintenance "backups"`. */
export function entryLabel(key: string): string {
  const [kind = "", ...rest] = key.split("#");
  return labelOf(kind, rest.join("#"));
}

const LABELS: ReadonlyMap<string, string> = new Map([
  ["maintenance", "Maintenance"],
  ["silence", "Silence"],
  ["acknowledge", "Acknowledgement"],
]);

function labelOf(kind: string, id: string): string {
  if (kind === FLEET_KEY) return FLEET_LABEL;
  if (kind === "target") return targetLabel(id);
  return `${LABELS.get(kind) ?? "Setting"} ${JSON.stringify(id)}`;
}

function aboutNoTask(subject: string): Pick<Problem, "file" | "task" | "subject"> {
  return { file: null, task: null, subject };
}

/** The entry of a maintenance. */
export function maintenanceEntry(maintenance: Maintenance): SettingEntry {
  return { key: `maintenance#${maintenance.id}`, fields: printMaintenance(maintenance) };
}

/** The entry of a silence or an acknowledgement. */
export function quietingEntry(quieting: Quieting): SettingEntry {
  return { key: `${quieting.kind}#${quieting.id}`, fields: printQuieting(quieting) };
}

/** The entries of what task files set. */
export function fileEntries({ maintenances, targets, fleet }: FileSettings): SettingEntry[] {
  const levels = [
    ...Object.entries(targets).map(([id, settings]) => [`target#${id}`, settings] as const),
    ...(Object.keys(fleet).length > 0 ? [[FLEET_KEY, fleet] as const] : []),
  ];
  return [
    ...maintenances.map(maintenanceEntry),
    ...levels.map(([key, settings]) => ({ key, fields: printAlertSettings(settings) })),
  ].map(({ key, fields }) => ({ key, fields: { ...fields, [ORIGIN_FIELD]: "file" } }));
}

/** How long an entry can be listed after its end. */
const KEPT_MS: DurationMs = 30 * DAY_MS;

/** When a stored entry may be deleted; null if it holds until somebody removes it. */
export function entryExpiry(entry: SettingEntry): EpochMs | null {
  const { setting } = parseEntry(entry);
  if (setting?.kind === "quieting") {
    const { untilMs, fromMs } = setting.quieting;
    return (untilMs ?? fromMs + LONGEST_SILENCE_MS) + KEPT_MS;
  }
  if (setting?.kind !== "maintenance") return null;
  const { schedule } = setting.maintenance;
  return schedule.kind === "once" ? schedule.untilMs + KEPT_MS : null;
}
