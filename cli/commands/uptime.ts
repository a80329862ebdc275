import {
  addStatusTimes,
  type Overview,
  readOverview,
  readUptime,
  type StatusTime,
  uptimePercent,
} from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { DAY_MS, SECOND_MS } from "../../shared/units.ts";
import { showLength } from "../../terminal/duration.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { choiceOption, durationOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { NONE, showUptime } from "../show/figures.ts";
import { unknownNames } from "../show/print-overview.ts";
import { CSV_OPTION, type Layout, printRows } from "../show/print-rows.ts";

const DEFAULT_PERIOD_MS = 30 * DAY_MS;
const LONGEST_PERIOD_MS = 90 * DAY_MS;

/** The share of time in which a task, or the tasks of a group on average, were not CRITICAL. */
interface UptimeRecord {
  readonly name: string;
  /** How many tasks it is over. */
  readonly task_count: number;
  /** 0 to 100; null if no time counts. */
  readonly uptime_percent: number | null;
  readonly ok_seconds: number;
  readonly warning_seconds: number;
  readonly critical_seconds: number;
  readonly no_data_seconds: number;
  readonly maintenance_seconds: number;
  readonly unknown_seconds: number;
}

/** `synfleet uptime`: the share of time in which tasks were not CRITICAL. */
export const uptime: Command = {
  argCount: { min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    period: {
      type: "string",
      value: "30d",
      about: "How far back: 90s, 15m, 2h or 7d (default 30d, at most 90d).",
    },
    by: {
      type: "string",
      value: "task|group",
      about: "A row a task (default), or a row a target_id.",
    },
    json: { type: "boolean", about: "Print JSON lines, one object a row." },
    ...CSV_OPTION,
    ...FLEET_OPTIONS,
  },
  notes: [
    "UPTIME is the time in OK and WARNING, of that in OK, WARNING and CRITICAL: NO_DATA and maintenance count for nothing and are shown apart. A maintenance is no other state. It follows from the present states and the stored alerts: a task without an alert has been as it is.",
    "With --by group the times of a group's tasks are added, so that its uptime is the average over them.",
    "Exit codes: 0 fine, 1 there is no such task, 3 failed.",
  ],
  run: async (call) => {
    const by = choiceOption(call, "by", ["task", "group"]) ?? "task";
    const periodMs = durationOption(call, "period") ?? DEFAULT_PERIOD_MS;
    if (periodMs > LONGEST_PERIOD_MS) throw new UsageError("--period must be at most 90d.");
    const { overview, times } = await readTimes(call, periodMs);
    const unknown = unknownNames(call, overview);
    for (const sentence of unknown) call.io.error(sentence);
    const records = recordsOf(overview.tasks, times, by);
    printRows(call, records.sort(leastFirst), { ...LAYOUT, csv: { fields: FIELDS } });
    return unknown.length > 0 ? EXIT.no : EXIT.fine;
  },
};

function recordsOf(
  tasks: Overview["tasks"],
  times: ReadonlyMap<string, StatusTime>,
  by: "task" | "group",
): UptimeRecord[] {
  const rows = new Map<string, StatusTime[]>();
  for (const { name, targetId } of tasks) {
    const time = times.get(name);
    const key = by === "task" ? name : targetId;
    if (time !== undefined && key !== null) rows.set(key, [...(rows.get(key) ?? []), time]);
  }
  return [...rows].map(([name, own]) => recordOf(name, own));
}

async function readTimes(call: Call, periodMs: number) {
  const nowMs = call.io.now();
  const names = new Set(call.args);
  return withFleet(call, async (open) => {
    const history = openHistory(open);
    const overview = await readOverview(history, nowMs);
    const tasks = overview.tasks.filter(
      ({ name, status }) => status !== null && (names.size === 0 || names.has(name)),
    );
    const times = await readUptime(history, {
      tasks: tasks.map(({ name, targetId }) => ({ name, targetId })),
      fromMs: nowMs - periodMs,
      toMs: nowMs,
      nowMs,
    });
    return { overview, times };
  });
}

const FIELDS: readonly (keyof UptimeRecord)[] = [
  ...(["name", "task_count", "uptime_percent", "ok_seconds", "warning_seconds"] as const),
  ...(["critical_seconds", "no_data_seconds", "maintenance_seconds", "unknown_seconds"] as const),
];

function recordOf(name: string, times: readonly StatusTime[]): UptimeRecord {
  const sum = addStatusTimes(times);
  return {
    name,
    task_count: times.length,
    uptime_percent: uptimePercent(sum),
    ok_seconds: sum.okMs / SECOND_MS,
    warning_seconds: sum.warningMs / SECOND_MS,
    critical_seconds: sum.criticalMs / SECOND_MS,
    no_data_seconds: sum.noDataMs / SECOND_MS,
    maintenance_seconds: sum.maintenanceMs / SECOND_MS,
    unknown_seconds: sum.unknownMs / SECOND_MS,
  };
}

function leastFirst(a: UptimeRecord, b: UptimeRecord): number {
  const byPercent = (a.uptime_percent ?? 101) - (b.uptime_percent ?? 101);
  return byPercent || (a.name < b.name ? -1 : 1);
}

const LAYOUT: Layout<UptimeRecord> = {
  columns: [
    left("NAME"),
    right("TASKS"),
    right("UPTIME"),
    right("CRITICAL"),
    right("WARNING"),
    right("NO DATA"),
    right("MAINTENANCE"),
  ],
  toRow: (record) => [
    escapeUnprintable(record.name),
    `${record.task_count}`,
    showUptime(record.uptime_percent),
    showTime(record.critical_seconds),
    showTime(record.warning_seconds),
    showTime(record.no_data_seconds),
    showTime(record.maintenance_seconds),
  ],
  whenEmpty: "No task runs.",
};

function showTime(seconds: number): string {
  return seconds === 0 ? NONE : showLength(seconds * SECOND_MS);
}
