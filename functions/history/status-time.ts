import type { Interval } from "../../shared/slot/slot.ts";
import type { DurationMs } from "../../shared/units.ts";
import type { StatusSpan } from "./status-spans.ts";

/** How long a task had each status. A maintenance counts as nothing else. */
export interface StatusTime {
  readonly okMs: DurationMs;
  readonly warningMs: DurationMs;
  readonly criticalMs: DurationMs;
  readonly noDataMs: DurationMs;
  readonly maintenanceMs: DurationMs;
  /** Before anything was known of the task. */
  readonly unknownMs: DurationMs;
}

/** No time at all. */
export const NO_TIME: StatusTime = {
  okMs: 0,
  warningMs: 0,
  criticalMs: 0,
  noDataMs: 0,
  maintenanceMs: 0,
  unknownMs: 0,
};

const FIELDS = {
  OK: "okMs",
  WARNING: "warningMs",
  CRITICAL: "criticalMs",
  NO_DATA: "noDataMs",
} as const satisfies Record<StatusSpan["status"], keyof StatusTime>;

/** The time in each status of spans that do not overlap, with those in maintenance apart. */
export function statusTimeOf(
  spans: readonly StatusSpan[],
  maintenances: readonly Interval[],
): StatusTime {
  const time = { ...NO_TIME };
  for (const span of spans) {
    const heldMs = maintenances.reduce((sum, held) => sum + overlapOf(span, held), 0);
    time[FIELDS[span.status]] += span.toMs - span.fromMs - heldMs;
    time.maintenanceMs += heldMs;
  }
  return time;
}

/** The time in each status of intervals that have nothing in common. */
export function addStatusTimes(times: readonly StatusTime[]): StatusTime {
  const sum = { ...NO_TIME };
  for (const time of times)
    for (const field of Object.keys(sum) as (keyof StatusTime)[]) sum[field] += time[field];
  return sum;
}

/**
 * The share of time in which a task was not CRITICAL, in percent, over the time of which it is known;
 * null if there is none. NO_DATA and maintenance do not count.
 */
export function uptimePercent({ okMs, warningMs, criticalMs }: StatusTime): number | null {
  const countedMs = okMs + warningMs + criticalMs;
  return countedMs === 0 ? null : (100 * (okMs + warningMs)) / countedMs;
}

/**
 * How long a task may still be CRITICAL before its uptime is below a target in percent; less than 0 if it
 * is. In whole milliseconds, so that a target that is just met is not missed by a rounding.
 */
export function budgetLeft(
  { okMs, warningMs, criticalMs }: StatusTime,
  slaPercent: number,
): DurationMs {
  const countedMs = okMs + warningMs + criticalMs;
  return Math.round((countedMs * (100 - slaPercent)) / 100) - criticalMs;
}

function overlapOf(a: Interval, b: Interval): DurationMs {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
}
