import type { ErrorKind, Verdict } from "../result/result.ts";
import { type DurationMs, type EpochMs, toMicrosecondPrecision } from "../units.ts";
import { EMPTY_SKETCH, sketchSorted, type TimeSketch } from "./time-sketch.ts";

/** One check as summaries and health see it. */
export interface JudgedCheck {
  readonly slotAtMs: EpochMs;
  readonly verdict: Verdict;
  readonly errorKind: ErrorKind | null;
  /** Null unless the handshake completed and its time can be trusted. */
  readonly connectTimeMs: DurationMs | null;
}

/** Connect times of the checks that passed. All are null where none has a time. */
export interface TimeFigures {
  readonly avgConnectTimeMs: DurationMs | null;
  readonly minConnectTimeMs: DurationMs | null;
  readonly maxConnectTimeMs: DurationMs | null;
  readonly p50ConnectTimeMs: DurationMs | null;
  readonly p95ConnectTimeMs: DurationMs | null;
  readonly p99ConnectTimeMs: DurationMs | null;
  readonly stddevConnectTimeMs: DurationMs | null;
}

/** What lets time figures of parts become those of the whole. Null where it is not known. */
export interface MergeableTimes {
  /** Checks that the time figures are over: passed, and with a time that can be trusted. */
  readonly timedCount: number | null;
  /** Of those, exact to the microsecond; null also where there are none. */
  readonly sumConnectTimeMs: DurationMs | null;
  /** Of those; its docstring states the error. */
  readonly timeSketch: TimeSketch | null;
}

/** Figures over a set of checks. Those that were not merged are exact. */
export interface Figures extends TimeFigures, MergeableTimes {
  /** Slots that were due. */
  readonly expectedCount: number;
  /** ScheduledCheck slots without a result. They blame nobody. */
  readonly missedCount: number;
  /** Attempts that count: successful plus failed. */
  readonly sampleCount: number;
  readonly successfulCount: number;
  readonly failedCount: number;
  /** Attempts that were our own fault. */
  readonly uncountedCount: number;
  /** 0 to 100; null where nothing counts. */
  readonly failurePercent: number | null;
  /** By kind, failed and uncounted attempts alike. */
  readonly failuresByKind: Readonly<Partial<Record<ErrorKind, number>>>;
}

/** The figures of checks, one for each slot at most, in any order: the order changes no bit. */
export function figuresOf(
  due: { readonly expectedCount: number },
  checks: readonly JudgedCheck[],
): Figures {
  const successfulCount = countVerdict(checks, "passed");
  const failedCount = countVerdict(checks, "failed");
  return {
    expectedCount: due.expectedCount,
    missedCount: Math.max(0, due.expectedCount - checks.length),
    sampleCount: successfulCount + failedCount,
    successfulCount,
    failedCount,
    uncountedCount: countVerdict(checks, "uncounted"),
    failurePercent: percentOf(failedCount, successfulCount + failedCount),
    failuresByKind: countKinds(checks),
    ...timeFiguresOf(checks),
  };
}

/** A share in percent, unrounded; null of nothing. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (part * 100) / whole;
}

function countVerdict(checks: readonly JudgedCheck[], verdict: Verdict): number {
  return checks.filter((check) => check.verdict === verdict).length;
}

function countKinds(checks: readonly JudgedCheck[]): Partial<Record<ErrorKind, number>> {
  const counts: Partial<Record<ErrorKind, number>> = {};
  for (const { verdict, errorKind } of checks) {
    if (verdict === "passed" || errorKind === null) continue;
    counts[errorKind] = (counts[errorKind] ?? 0) + 1;
  }
  return counts;
}

/** Of checks without a connect time. */
export const NO_TIMES: TimeFigures & MergeableTimes = {
  avgConnectTimeMs: null,
  minConnectTimeMs: null,
  maxConnectTimeMs: null,
  p50ConnectTimeMs: null,
  p95ConnectTimeMs: null,
  p99ConnectTimeMs: null,
  stddevConnectTimeMs: null,
  timedCount: 0,
  sumConnectTimeMs: null,
  timeSketch: EMPTY_SKETCH,
};

/** Of checks whose times were summarised before summaries could be merged. */
export const UNKNOWN_TIMES: MergeableTimes = {
  timedCount: null,
  sumConnectTimeMs: null,
  timeSketch: null,
};

function timeFiguresOf(checks: readonly JudgedCheck[]): TimeFigures & MergeableTimes {
  const sorted = passedTimes(checks).sort((a, b) => a - b);
  if (sorted.length === 0) return NO_TIMES;
  const mean = sumOf(sorted) / sorted.length;
  const squares = sorted.map((time) => (time - mean) ** 2);
  return {
    avgConnectTimeMs: toMicrosecondPrecision(mean),
    minConnectTimeMs: percentileOf(sorted, 0),
    maxConnectTimeMs: percentileOf(sorted, 100),
    p50ConnectTimeMs: percentileOf(sorted, 50),
    p95ConnectTimeMs: percentileOf(sorted, 95),
    p99ConnectTimeMs: percentileOf(sorted, 99),
    stddevConnectTimeMs: toMicrosecondPrecision(Math.sqrt(sumOf(squares) / sorted.length)),
    timedCount: sorted.length,
    sumConnectTimeMs: sumToMicroseconds(sorted),
    timeSketch: sketchSorted(sorted),
  };
}

/** Only a pass speaks of the target's latency: an open port that should be closed is a failure. */
function passedTimes(checks: readonly JudgedCheck[]): number[] {
  const times: number[] = [];
  for (const { verdict, connectTimeMs } of checks) {
    if (verdict === "passed" && connectTimeMs !== null) times.push(connectTimeMs);
  }
  return times;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Whole microseconds add up without an error. */
function sumToMicroseconds(timesMs: readonly DurationMs[]): DurationMs {
  let sum = 0;
  for (const time of timesMs) sum += Math.round(time * 1_000);
  return sum / 1_000;
}

/** Nearest rank: the least value that at least `percent` of them do not exceed. */
function percentileOf(sorted: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent * sorted.length) / 100));
  return toMicrosecondPrecision(sorted[rank - 1] ?? Number.NaN);
}
