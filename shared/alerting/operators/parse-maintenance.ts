import {
  type InputTable,
  ownField,
  type Range,
  readLabel,
  readOneOf,
  readWhole,
  refuse,
  refuseUnknown,
  requireField,
} from "../../input/input.ts";
import { DAY_MS, type DurationMs, MINUTE_MS, toIso } from "../../units.ts";
import { printScope, readScope, SCOPE_FIELDS } from "../settings/settings.ts";
import type { Maintenance, MaintenanceSchedule } from "./maintenance.ts";
import { readInstant, readTimeZone } from "./parse-time.ts";
import { leastGap } from "./recurring-window.ts";

const MAINTENANCE_FIELDS = [
  "id",
  ...SCOPE_FIELDS,
  "from",
  "until",
  "weekly",
  "cron",
  "time_zone",
  "duration_minutes",
  "reason",
  "by",
  "created_at",
];

/** At most a week. */
const DURATION_RANGE: Range = [1, 10_080];

/** The longest single window. A longer one is a task that is not wanted: it can be disabled. */
const LONGEST_MS: DurationMs = 90 * DAY_MS;

/** Reads a maintenance in the user's field names. `id` is its name if it has none of its own. */
export function readMaintenance(item: InputTable, id: string): Maintenance | undefined {
  const own = readLabel(item, "id") ?? id;
  const scope = readScope(item);
  const schedule = readSchedule(item);
  requireField(item, "reason");
  const reason = readLabel(item, "reason");
  const by = readLabel(item, "by") ?? null;
  const createdAtMs = readInstant(item, "created_at") ?? null;
  refuseUnknown(item, MAINTENANCE_FIELDS, "a maintenance");
  if (scope === undefined || schedule === undefined || reason === undefined) return undefined;
  return { id: own, scope, schedule, reason, by, createdAtMs };
}

/** The ways to say when; one of them is given. */
const TIMES = ["from", "weekly", "cron"] as const;

function readSchedule(item: InputTable): MaintenanceSchedule | undefined {
  const only = readOneOf(item, TIMES);
  if (only === undefined) return undefined;
  return only === "from" ? readOnce(item) : readRecurring(item, only);
}

function readOnce(item: InputTable): MaintenanceSchedule | undefined {
  for (const name of ["time_zone", "duration_minutes"]) {
    if (ownField(item.fields, name) !== undefined) refuse(item, name, "goes with weekly and cron");
  }
  requireField(item, "until");
  const fromMs = readInstant(item, "from");
  const untilMs = readInstant(item, "until");
  if (fromMs === undefined || untilMs === undefined) return undefined;
  if (untilMs <= fromMs) return refuse(item, "until", "must be after from");
  if (untilMs - fromMs <= LONGEST_MS) return { kind: "once", fromMs, untilMs };
  return refuse(item, "until", `must be at most ${LONGEST_MS / DAY_MS} days after from`);
}

function readRecurring(
  item: InputTable,
  field: "weekly" | "cron",
): MaintenanceSchedule | undefined {
  if (ownField(item.fields, "until") !== undefined) refuse(item, "until", "goes with from");
  const cron = field === "weekly" ? readWeekly(item) : readCron(item);
  const timeZone = readTimeZone(item);
  requireField(item, "duration_minutes");
  const minutes = readWhole(item, "duration_minutes", DURATION_RANGE);
  if (cron === undefined || timeZone === undefined || minutes === undefined) return undefined;
  const durationMs = minutes * MINUTE_MS;
  const gapMs = leastGap({ cron, timeZone });
  if (gapMs === null) return refuse(item, field, "must fire at some time");
  if (durationMs < gapMs) return { kind: "recurring", cron, timeZone, durationMs };
  const rule = `must be under ${gapMs / MINUTE_MS}, the minutes between two starts`;
  return refuse(item, "duration_minutes", rule);
}

const WEEKLY =
  /^((?:mon|tue|wed|thu|fri|sat|sun)(?:[-,](?:mon|tue|wed|thu|fri|sat|sun))*) ([01]\d|2[0-3]):([0-5]\d)$/i;

/** Days and a time of day, as in `sun 02:00` or `mon-fri 22:30`, as a cron expression. */
function readWeekly(item: InputTable): string | undefined {
  const value = ownField(item.fields, "weekly");
  const match = typeof value === "string" ? WEEKLY.exec(value) : null;
  const [, days, hour, minute] = match ?? [];
  const cron = `${Number(minute)} ${Number(hour)} * * ${days?.toLowerCase()}`;
  if (match !== null && isCron(cron)) return cron;
  return refuse(item, "weekly", 'must be days and a time, as in "sun 02:00" or "mon-fri 22:30"');
}

/** Five fields of usual characters: `?` would be the present time. */
const FIVE_FIELDS = /^[\w*,/#+-]+(?: [\w*,/#+-]+){4}$/;

const CRON_RULE = 'must be the five fields of cron, as in "0 2 * * sun"';

function readCron(item: InputTable): string | undefined {
  const value = ownField(item.fields, "cron");
  if (typeof value === "string" && value.length <= 200 && isCron(value)) return value;
  return refuse(item, "cron", CRON_RULE);
}

function isCron(cron: string): boolean {
  if (!FIVE_FIELDS.test(cron)) return false;
  try {
    leastGap({ cron, timeZone: "UTC" });
    return true;
  } catch {
    return false;
  }
}

/** A maintenance in the user's field names, without its id: `readMaintenance` gives the same one again. */
export function printMaintenance(maintenance: Maintenance): Record<string, unknown> {
  const { scope, schedule, reason, by, createdAtMs } = maintenance;
  return {
    ...printScope(scope),
    ...printSchedule(schedule),
    reason,
    ...(by !== null && { by }),
    ...(createdAtMs !== null && { created_at: toIso(createdAtMs) }),
  };
}

function printSchedule(schedule: MaintenanceSchedule): Record<string, unknown> {
  if (schedule.kind === "once") {
    return { from: toIso(schedule.fromMs), until: toIso(schedule.untilMs) };
  }
  const { cron, timeZone, durationMs } = schedule;
  return { cron, time_zone: timeZone, duration_minutes: durationMs / MINUTE_MS };
}
