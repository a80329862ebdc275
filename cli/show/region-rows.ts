import type { RegionReport } from "../../functions/history/history.ts";
import { MINUTE_MS, showLength, showSince, toIso } from "../../shared/units.ts";
import { type Colour, paint } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import { explainError } from "../command/errors.ts";
import type { Io } from "../command/io.ts";
import { NONE, showMs, showPercent } from "./figures.ts";
import type { Layout } from "./print-rows.ts";

/** A region as JSON and CSV have it. Instants are in ISO 8601, UTC; what is not known is null. */
export interface RegionRecord {
  readonly region: string;
  /** In words: `well`, or what is wrong with the region itself. */
  readonly state: string;
  readonly task_count: number;
  readonly shards: number;
  readonly last_report_at: string | null;
  readonly lag_ms: number | null;
  readonly expected: number | null;
  readonly missed: number | null;
  readonly stalls: number | null;
  readonly clock_offset_ms: number | null;
  readonly failing_percent: number | null;
  readonly impaired_since: string | null;
  readonly plan_age_ms: number | null;
  /** Why it could not be read. */
  readonly unread: string | null;
}

/** The fields of a region, in the order of CSV's columns. */
export const REGION_FIELDS: readonly (keyof RegionRecord)[] = [
  ...(["region", "state", "task_count", "shards", "last_report_at", "lag_ms"] as const),
  ...(["expected", "missed", "stalls", "clock_offset_ms", "failing_percent"] as const),
  ...(["impaired_since", "plan_age_ms", "unread"] as const),
];

/** A probe acquires its term a minute at a time; later it is said to stand still. */
const STANDS_STILL_MS = 2 * MINUTE_MS;

/** Whether something is wrong with a region itself, whatever its targets do. */
export function isSick({ unread, impairedSinceMs, lagMs }: RegionReport): boolean {
  return unread !== null || impairedSinceMs !== null || (lagMs ?? 0) > STANDS_STILL_MS;
}

/** The record of a region. */
export function regionRecord(report: RegionReport, nowMs: number): RegionRecord {
  const { failingShare, impairedSinceMs, lastReportAtMs, unread } = report;
  return {
    region: report.name,
    state: stateOf(report, nowMs),
    task_count: report.taskCount,
    shards: report.shards,
    last_report_at: lastReportAtMs === null ? null : toIso(lastReportAtMs),
    lag_ms: report.lagMs,
    expected: report.expectedCount,
    missed: report.missedCount,
    stalls: report.stallCount,
    clock_offset_ms: report.clockOffsetMs,
    failing_percent: failingShare === null ? null : 100 * failingShare,
    impaired_since: impairedSinceMs === null ? null : toIso(impairedSinceMs),
    plan_age_ms: report.planAgeMs,
    unread: unread === null ? null : explainError(unread.cause),
  };
}

function stateOf(report: RegionReport, nowMs: number): string {
  const { unread, impairedSinceMs, lagMs, lastReportAtMs, planAgeMs, taskCount } = report;
  if (unread !== null) return "can't be read";
  if (impairedSinceMs !== null)
    return `abstains for ${showSince(impairedSinceMs, nowMs)}: its own network fails`;
  if (planAgeMs === null) return "waits for its plan";
  if (taskCount === 0) return "no tasks";
  if ((lagMs ?? 0) > STANDS_STILL_MS) return `stands still for ${showLength(lagMs ?? 0)}`;
  return lastReportAtMs === null ? "has not reported yet" : "well";
}

/** The table of regions. */
export function regionLayout(io: Io): Layout<RegionReport> {
  const nowMs = io.now();
  return {
    columns: [
      left("REGION"),
      right("TASKS"),
      right("REPORTED"),
      right("LAG"),
      right("MISSED"),
      right("STALLS"),
      right("CLOCK"),
      right("FAILING"),
      right("PLAN"),
      left("STATE"),
    ],
    toRow: (report) => [
      report.name,
      `${report.taskCount}`,
      report.lastReportAtMs === null ? NONE : `${showSince(report.lastReportAtMs, nowMs)} ago`,
      report.lagMs === null ? NONE : showLength(report.lagMs),
      report.missedCount === null ? NONE : `${report.missedCount} of ${report.expectedCount}`,
      `${report.stallCount ?? NONE}`,
      showOffset(report.clockOffsetMs),
      report.failingShare === null ? NONE : showPercent(100 * report.failingShare),
      report.planAgeMs === null ? NONE : showLength(report.planAgeMs),
      paint(stateOf(report, nowMs), colourOf(report), io.colours),
    ],
    whenEmpty: "The fleet has no region.",
  };
}

function showOffset(offsetMs: number | null): string {
  if (offsetMs === null) return NONE;
  return `${offsetMs < 0 ? "-" : "+"}${showMs(Math.abs(offsetMs))}`;
}

function colourOf(report: RegionReport): Colour {
  if (isSick(report)) return "red";
  return report.lastReportAtMs === null ? "yellow" : "green";
}
