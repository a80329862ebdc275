import { covers, readDependencies } from "../alerting/settings/settings.ts";
import { readAlert } from "../health/rules/rules.ts";
import {
  type InputTable,
  isFields,
  isLabel,
  ownField,
  type Problem,
  type Range,
  type Report,
  readChoice,
  readFlag,
  readLabel,
  readWhole,
  refuse,
  refuseUnknown,
  requireField,
  trimBlanks,
} from "../input/input.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../units.ts";
import {
  DEEP_FIELDS,
  type DeepCheck,
  type FindPatternFault,
  needsOfDeep,
  readDeepCheck,
  withoutPrivateKey,
} from "./deep/deep.ts";
import { formatHost, literalFamily } from "./host/host.ts";
import { readTarget, TARGET_FIELDS } from "./parse-target.ts";
import { readRegions, readTags } from "./read-collection.ts";
import {
  type AddressFamily,
  type Expectation,
  TASK_TYPES,
  type Target,
  type Task,
  type WrittenTask,
} from "./task-type.ts";

/** What the source of a task adds to it. */
export interface TaskContext {
  /** The schedule of a task without one; if undefined, `schedule_seconds` is required. */
  readonly defaultScheduleSeconds?: number | undefined;
  /** The fleet's regions, if they are known. */
  readonly knownRegions?: readonly RegionName[] | undefined;
  readonly file?: string | undefined;
  /** The task's position in its list, from 1: problems use it if the task has no usable name. */
  readonly position?: number | undefined;
  /** The key of a stored item. Two keys are two items, so the name must be the key. */
  readonly storedAs?: string | undefined;
  /** Without it, the syntax of regular expressions is not looked at. */
  readonly findPatternFault?: FindPatternFault | undefined;
}

/** The task, or everything that is wrong with it. */
export type ParsedTask =
  | { readonly task: WrittenTask; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly task?: undefined };

const TASK_FIELDS = [
  "name",
  "type",
  ...TARGET_FIELDS,
  "schedule_seconds",
  "timeout_seconds",
  "timeout",
  "target_id",
  "enabled",
  "regions",
  "expect",
  "address_family",
  "alert",
  "depends_on",
  "tags",
  "sla_percent",
  ...DEEP_FIELDS,
];

const MAX_NAME_CHARACTERS = 200;
/** The schedules that a task may have, in seconds: at most a day. */
export const SCHEDULE_RANGE: Range = [1, 86_400];
const MAX_TIMEOUT_SECONDS = 60;
const DEFAULT_TIMEOUT_SECONDS = 5;

const EXPECTATIONS: readonly Expectation[] = ["open", "closed"];
const FAMILIES: readonly AddressFamily[] = ["any", "ipv4", "ipv6"];

/** Reads one task in the user's field names, from any format. Returns all its problems at once. */
export function parseTask(raw: unknown, context: TaskContext = {}): ParsedTask {
  const problems: Problem[] = [];
  const file = context.file ?? null;
  const label = taskLabel(raw, context.position);
  const report: Report = (field, rule, value) =>
    problems.push({ file, task: label, field, rule, value: withoutPrivateKey(value) });
  if (!isFields(raw)) {
    report("entry", "must be a table of fields", raw);
    return { problems };
  }
  const task = readTask({ fields: raw, path: "", report }, context);
  return task === undefined || problems.length > 0 ? { problems } : { task };
}

/** The label of a task in problems: its name, or its position as in `#3` if the name is unusable. */
export function taskLabel(raw: unknown, position?: number): string | null {
  const name = isFields(raw) ? ownField(raw, "name") : undefined;
  if (isLabel(name, MAX_NAME_CHARACTERS)) return trimBlanks(name);
  return position === undefined ? null : `#${position}`;
}

function readTask(item: InputTable, context: TaskContext): WrittenTask | undefined {
  requireField(item, "name");
  const name = readLabel(item, "name");
  refuseOddKey(item, name, context.storedAs);
  readChoice(item, "type", TASK_TYPES);
  const target = readTarget(item);
  const times = readTimes(item, context.defaultScheduleSeconds);
  const options = readOptions(item, context);
  const deep = readDeepCheck(item, {
    hostname: target?.hostname,
    scheduleMs: times?.scheduleMs,
    timeoutMs: times?.timeoutMs,
    expectsClosed: options.expect === "closed",
    findPatternFault: context.findPatternFault,
  });
  refuseOddFamily(item, target, options.addressFamily);
  refuseOddQuorum(item, options);
  refuseItself(item, name, options);
  const sla = readSlaPercent(item);
  refuseUnknown(item, TASK_FIELDS, "a task");
  if (name === undefined || target === undefined || times === undefined) return undefined;
  const host = formatHost(target.hostname, target.port);
  return { name, target, host, ...times, ...options, ...deep, ...needsOfDeep(deep), ...sla };
}

/** So many steps of a percent: 99.9999 leaves half a minute a year. */
const SLA_STEPS = 10_000;

function readSlaPercent(item: InputTable): Pick<WrittenTask, "slaPercent"> {
  const value = ownField(item.fields, "sla_percent");
  if (value === undefined) return {};
  const percent = typeof value === "bigint" ? Number(value) : value;
  const isFine = typeof percent === "number" && percent > 0 && percent <= 100;
  if (isFine && Math.round(percent * SLA_STEPS) / SLA_STEPS === percent)
    return { slaPercent: percent };
  refuse(item, "sla_percent", "must be above 0 and at most 100, with at most 4 decimals");
  return {};
}

/** A key with blanks at its ends would be a second item with the same name. */
function refuseOddKey(item: InputTable, name?: string, storedAs?: string): void {
  if (name === undefined || storedAs === undefined || name === storedAs) return;
  refuse(item, "name", "must not begin or end with a blank");
}

interface Times {
  readonly scheduleMs: DurationMs;
  readonly timeoutMs: DurationMs;
}

function readTimes(item: InputTable, defaultSeconds: number | undefined): Times | undefined {
  if (defaultSeconds === undefined) requireField(item, "schedule_seconds");
  const isGiven = ownField(item.fields, "schedule_seconds") !== undefined;
  const given = readWhole(item, "schedule_seconds", SCHEDULE_RANGE);
  const schedule = isGiven ? given : defaultSeconds;
  const most = Math.min(schedule ?? MAX_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS);
  const usual = readWhole(item, "timeout_seconds", [1, most]);
  const timeout = readWhole(item, "timeout", [1, most]) ?? usual;
  if (schedule === undefined) return undefined;
  const seconds = timeout ?? Math.min(DEFAULT_TIMEOUT_SECONDS, schedule);
  return { scheduleMs: schedule * SECOND_MS, timeoutMs: seconds * SECOND_MS };
}

type TaskOptions = Omit<Task, "name" | "target" | "host" | "needs" | keyof Times | keyof DeepCheck>;

function readOptions(item: InputTable, context: TaskContext): TaskOptions {
  return {
    targetId: readLabel(item, "target_id") ?? null,
    enabled: readFlag(item, "enabled") ?? true,
    regions: readRegions(item, context.knownRegions) ?? "all",
    expect: readChoice(item, "expect", EXPECTATIONS) ?? "open",
    addressFamily: readChoice(item, "address_family", FAMILIES) ?? "any",
    alert: { ...readAlert(item), ...readDependsOn(item) },
    tags: readTags(item) ?? {},
  };
}

/** It stands beside `alert`, as in other monitors, and is a part of it. */
function readDependsOn(item: InputTable): Pick<Task["alert"], "dependsOn"> {
  const dependsOn = readDependencies(item);
  return dependsOn === undefined || dependsOn.length === 0 ? {} : { dependsOn };
}

function refuseItself(item: InputTable, name: string | undefined, options: TaskOptions): void {
  const { targetId, alert } = options;
  if (name === undefined) return;
  const itself = (alert.dependsOn ?? []).find((one) => covers(one, { name, targetId }));
  if (itself === undefined) return;
  const what = itself.kind === "task" ? "the task itself" : "the task's own target";
  item.report("depends_on", `names ${what}`);
}

function refuseOddFamily(
  item: InputTable,
  target: Target | undefined,
  wanted: AddressFamily,
): void {
  if (target === undefined || wanted === "any") return;
  const family = literalFamily(target.hostname);
  if (family === null || family === wanted) return;
  refuse(item, "address_family", `must be "any" or "${family}" for ${target.hostname}`);
}

/** More regions than the task has never agree, nor report: the task could not alert. */
function refuseOddQuorum(item: InputTable, { regions, alert }: TaskOptions): void {
  if (regions === "all") return;
  const numbers = { quorum: alert.quorum, min_reporting: alert.minReporting };
  for (const [field, number] of Object.entries(numbers)) {
    if (typeof number !== "number" || number <= regions.length) continue;
    item.report(`alert.${field}`, `must be at most the task's ${regions.length} regions`, number);
  }
}
