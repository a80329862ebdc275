import {
  type InputTable,
  isFields,
  isLabel,
  omitUndefined,
  ownField,
  type Range,
  readWhole,
  refuse,
  refuseUnknown,
  trimBlanks,
} from "../../input/input.ts";
import { MINUTE_MS } from "../../units.ts";
import type { AlertSettings, Dependency } from "./alert-settings.ts";

/** Who sets something: one task, all tasks of a target, or the fleet. */
export type Level = "task" | "target" | "fleet";

/** The fields of each level. `depends_on` of a task is beside its `alert`. */
const FIELDS: Readonly<Record<Level, readonly string[]>> = {
  task: ["reminder_minutes", "escalation_minutes"],
  target: ["reminder_minutes", "escalation_minutes", "depends_on", "min_healthy"],
  fleet: ["reminder_minutes", "escalation_minutes", "depends_on", "min_healthy", "storm_tasks"],
};

/** At most a week. */
const MINUTES_RANGE: Range = [1, 10_080];
const MIN_HEALTHY_RANGE: Range = [1, 10_000];
/** One task alone is no storm. */
const STORM_RANGE: Range = [2, 100_000];
const MAX_DEPENDENCIES = 50;
const MAX_NAME_CHARACTERS = 200;

/** The settings that may be in `alert`: in a task's, or in the defaults of the deployment. */
export function settingFields(level: "task" | "fleet"): readonly string[] {
  return FIELDS[level];
}

/** Reads the settings of a target or of the fleet. */
export function readLevelSettings(
  item: InputTable,
  level: "target" | "fleet",
): Partial<AlertSettings> {
  refuseUnknown(item, FIELDS[level], level === "target" ? "a target" : "alerting");
  return readAlertSettings(item, level);
}

/** Reads the settings of a level; other fields of the table are not looked at. */
export function readAlertSettings(item: InputTable, level: Level): Partial<AlertSettings> {
  const has = (field: string) => FIELDS[level].includes(field);
  const afterMs = readMinutes(item, "escalation_minutes");
  return omitUndefined({
    reminderMs: readMinutes(item, "reminder_minutes"),
    escalation: typeof afterMs === "number" ? { afterMs } : afterMs,
    dependsOn: has("depends_on") ? readDependencies(item) : undefined,
    minHealthy: has("min_healthy") ? readWhole(item, "min_healthy", MIN_HEALTHY_RANGE) : undefined,
    stormTasks: has("storm_tasks") ? readWhole(item, "storm_tasks", STORM_RANGE) : undefined,
  });
}

/** Whether a stored value of each setting of a task can be used. */
export const ALLOWED_SETTINGS: Readonly<
  Record<"reminderMs" | "escalation" | "dependsOn", (value: unknown) => boolean>
> = {
  reminderMs: (value) => value === null || isMinutes(value),
  escalation: (value) => value === null || (isFields(value) && isMinutes(value.afterMs)),
  dependsOn: (value) => Array.isArray(value) && value.every(isDependency),
};

function isMinutes(ms: unknown): boolean {
  const minutes = Number(ms) / MINUTE_MS;
  return typeof ms === "number" && isWithin(minutes, MINUTES_RANGE);
}

function isDependency(value: unknown): value is Dependency {
  if (!isFields(value)) return false;
  const { kind, name, id } = value;
  return kind === "task" ? typeof name === "string" : kind === "target" && typeof id === "string";
}

function isWithin(value: number, [least, greatest]: Range): boolean {
  return Number.isInteger(value) && value >= least && value <= greatest;
}

/** Minutes in milliseconds; null for `false`. */
function readMinutes(item: InputTable, name: string): number | null | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  if (value === false) return null;
  if (typeof value === "number" && isWithin(value, MINUTES_RANGE)) return value * MINUTE_MS;
  const [least, greatest] = MINUTES_RANGE;
  return refuse(item, name, `must be a whole number from ${least} to ${greatest}, or false`);
}

const DEPENDENCY_RULE = 'must be the name of a task, or a target as in { target_id = "db" }';

/** Reads `depends_on`: a list of task names and targets. Whether there are such is not known here. */
export function readDependencies(item: InputTable): readonly Dependency[] | undefined {
  const given = ownField(item.fields, "depends_on");
  if (given === undefined) return undefined;
  // A list of texts may be a string set in DynamoDB.
  if (!Array.isArray(given) && !(given instanceof Set)) {
    return refuse(item, "depends_on", "must be a list of task names and targets");
  }
  const list: unknown[] = [...given];
  if (list.length > MAX_DEPENDENCIES) {
    return refuse(item, "depends_on", `must be at most ${MAX_DEPENDENCIES} names`);
  }
  return list.flatMap((value, i) => readDependency(item, value, i) ?? []);
}

function readDependency(item: InputTable, value: unknown, i: number): Dependency | undefined {
  if (isLabel(value, MAX_NAME_CHARACTERS)) return { kind: "task", name: trimBlanks(value) };
  const isTarget = isFields(value) && Object.keys(value).length === 1;
  const id = isTarget ? ownField(value, "target_id") : undefined;
  if (isLabel(id, MAX_NAME_CHARACTERS)) return { kind: "target", id: trimBlanks(id) };
  item.report(`${item.path}depends_on[${i}]`, DEPENDENCY_RULE, value);
  return undefined;
}

/** Settings in the user's field names. */
export function printAlertSettings(settings: Partial<AlertSettings>): Record<string, unknown> {
  const { reminderMs, escalation, dependsOn, minHealthy, stormTasks } = settings;
  return omitUndefined({
    reminder_minutes: printMinutes(reminderMs),
    escalation_minutes: printMinutes(escalation === null ? null : escalation?.afterMs),
    depends_on: dependsOn?.map(printDependency),
    min_healthy: minHealthy ?? undefined,
    storm_tasks: stormTasks,
  });
}

function printMinutes(ms: number | null | undefined): number | false | undefined {
  if (ms === undefined) return undefined;
  return ms === null ? false : ms / MINUTE_MS;
}

function printDependency(dependency: Dependency): unknown {
  return dependency.kind === "task" ? dependency.name : { target_id: dependency.id };
}
