import {
  addStatusTimes,
  budgetLeft,
  type StatusTime,
  uptimePercent,
} from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS, showLength } from "../../shared/units.ts";
import { left, right } from "../../terminal/table.ts";
import { NONE, showUptime } from "./figures.ts";
import type { OptionalColumn } from "./optional-columns.ts";
import type { Layout } from "./print-rows.ts";

/** The share of time in which a task, or the tasks of a group on average, were not CRITICAL. */
export interface UptimeRecord {
  readonly name: string;
  /** How many tasks it is over. */
  readonly task_count: number;
  /** 0 to 100; null if no time counts. */
  readonly uptime_percent: number | null;
  /** What the task's owner wants; null for a group, and without a wish. */
  readonly sla_percent: number | null;
  /** How long it may still be CRITICAL, of the time that counts; below 0 if the target is missed. */
  readonly budget_left_minutes: number | null;
  /** How long too few targets of the group were healthy; null for a task. */
  readonly below_seconds: number | null;
  readonly ok_seconds: number;
  readonly warning_seconds: number;
  readonly critical_seconds: number;
  readonly no_data_seconds: number;
  readonly maintenance_seconds: number;
  readonly unknown_seconds: number;
}

/** What a row is made of. */
export interface UptimeRow {
  readonly name: string;
  /** One for each of its tasks. */
  readonly times: readonly StatusTime[];
  readonly slaPercent: number | null;
  readonly belowMs: DurationMs | null;
}

/** The fields of a row, in the order of CSV's columns. */
export const UPTIME_FIELDS: readonly (keyof UptimeRecord)[] = [
  ...(["name", "task_count", "uptime_percent", "sla_percent", "budget_left_minutes"] as const),
  ...(["below_seconds", "ok_seconds", "warning_seconds", "critical_seconds"] as const),
  ...(["no_data_seconds", "maintenance_seconds", "unknown_seconds"] as const),
];

/** A row as JSON and CSV have it. */
export function uptimeRecord({ name, times, slaPercent, belowMs }: UptimeRow): UptimeRecord {
  const sum = addStatusTimes(times);
  const budgetMs = slaPercent === null ? null : budgetLeft(sum, slaPercent);
  return {
    name,
    task_count: times.length,
    uptime_percent: uptimePercent(sum),
    sla_percent: slaPercent,
    budget_left_minutes: budgetMs === null ? null : budgetMs / MINUTE_MS,
    below_seconds: belowMs === null ? null : belowMs / SECOND_MS,
    ok_seconds: sum.okMs / SECOND_MS,
    warning_seconds: sum.warningMs / SECOND_MS,
    critical_seconds: sum.criticalMs / SECOND_MS,
    no_data_seconds: sum.noDataMs / SECOND_MS,
    maintenance_seconds: sum.maintenanceMs / SECOND_MS,
    unknown_seconds: sum.unknownMs / SECOND_MS,
  };
}

/** Compares rows: the least uptime first, then by name. */
export function leastFirst(a: UptimeRecord, b: UptimeRecord): number {
  const byPercent = (a.uptime_percent ?? 101) - (b.uptime_percent ?? 101);
  return byPercent || (a.name < b.name ? -1 : 1);
}

/** The table of uptimes. */
export const UPTIME_LAYOUT: Layout<UptimeRecord> = {
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

/** Columns of tasks with a target, and of groups. */
export const UPTIME_COLUMNS: readonly OptionalColumn<UptimeRecord>[] = [
  { ...right("TARGET"), cell: ({ sla_percent: sla }) => (sla === null ? null : `${sla} %`) },
  { ...right("BUDGET LEFT"), cell: ({ budget_left_minutes: left }) => showBudget(left) },
  { ...right("TOO FEW"), cell: ({ below_seconds: s }) => (s === null ? null : showTime(s)) },
];

function showBudget(minutes: number | null): string | null {
  if (minutes === null) return null;
  return minutes < 0
    ? `missed by ${showLength(-minutes * MINUTE_MS)}`
    : showLength(minutes * MINUTE_MS);
}

function showTime(seconds: number): string {
  return seconds === 0 ? NONE : showLength(seconds * SECOND_MS);
}
