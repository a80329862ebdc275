import type { ErrorKind, Verdict } from "../result/result.ts";
import { sumOf } from "../sum-of.ts";
import { type DurationMs, type EpochMs, toMicrosecondPrecision } from "../units.ts";
import { type DeepFigures, type DeepNote, deepFiguresOf } from "./deep-figures.ts";
import { EMPTY_SKETCH, sketchSorted, type TimeSketch } from "./time-sketch.ts";

/** One check with its verdict: what summaries and health need of it. */
export interface JudgedCheck {
  readonly slotAtMs: EpochMs;
  readonly verdict: Verdict;
  readonly errorKind: ErrorKind | null;
  /** The system's code of an uncounted check that has one, e.g. `EADDRNOTAVAIL`. */
  readonly errorCode?: string;
  /** Null unless the handshake completed and its time can be trusted. */
  readonly connectTimeMs: DurationMs | null;
  /** SYNs that were sent again, which is in the connect time; 0 if it is not known. */
  readonly synRetransmits: number;
  /** Absent if the check did and noticed nothing beyond a handshake. */
  readonly deep?: DeepNote;
}

/**
 * The counts that are stored, in their order in a list of figures: slots that were scheduled, slots
 * without a result, checks that passed, checks that failed, and checks that do not count.
 */
export const COUNT_FIELDS = [
  "expectedCount",
  "missedCount",
  "successfulCount",
  "failedCount",
  "uncountedCount",
] as const;

/** The counts that are stored. A missed slot and an uncounted check say nothing of the target. */
export type StoredCounts = Readonly<Record<(typeof COUNT_FIELDS)[number], number>>;

/** The percentiles of the connect times. */
const PERCENTILES = { p50ConnectTimeMs: 50, p95ConnectTimeMs: 95, p99ConnectTimeMs: 99 } as const;

/** The time figures in their order in a list of figures; append only. */
export const TIME_FIELDS = [
  "avgConnectTimeMs",
  "minConnectTimeMs",
  "maxConnectTimeMs",
  "p50ConnectTimeMs",
  "p95ConnectTimeMs",
  "p99ConnectTimeMs",
  "stddevConnectTimeMs",
] as const;

type TimeField = (typeof TIME_FIELDS)[number];

/** Connect times of the checks that passed. All are null if no check has a time. */
export type TimeFigures = Readonly<Record<TimeField, DurationMs | null>>;

/** What is needed to merge the time figures of parts. Null if it is not known. */
export interface MergeableTimes {
  /** Checks that the time figures are over: passed, and with a time that can be trusted. */
  readonly timedCount: number | null;
  /** The sum of their times, exact to the microsecond; null also if there are none. */
  readonly sumConnectTimeMs: DurationMs | null;
  /** The distribution of their times, within the error that `TimeSketch` states. */
  readonly timeSketch: TimeSketch | null;
}

/** The part of the timed checks whose SYN was sent again. 0 in minutes stored before they were counted. */
export interface Retransmits {
  readonly retransmittedCount: number;
  /** The sum of their connect times, exact to the microsecond. */
  readonly retransmittedSumMs: DurationMs;
}

/** Figures over a set of checks. Those that were not merged are exact. */
export interface Figures extends StoredCounts, TimeFigures, MergeableTimes, Retransmits {
  /** Checks that count: successful plus failed. */
  readonly sampleCount: number;
  /** 0 to 100, unrounded; null if no check counts. */
  readonly failurePercent: number | null;
  /** How many checks had each kind, failed and uncounted ones. */
  readonly failuresByKind: Readonly<Partial<Record<ErrorKind, number>>>;
  /** Absent if no check did or noticed anything beyond a handshake. */
  readonly deep?: DeepFigures;
}

/** The figures of checks, one for each slot at most, in any order: the order changes no bit. */
export function figuresOf(
  due: { readonly expectedCount: number },
  checks: readonly JudgedCheck[],
): Figures {
  const counts = {
    expectedCount: due.expectedCount,
    missedCount: Math.max(0, due.expectedCount - checks.length),
    successfulCount: countVerdict(checks, "passed"),
    failedCount: countVerdict(checks, "failed"),
    uncountedCount: countVerdict(checks, "uncounted"),
  };
  return {
    ...withShares(counts),
    failuresByKind: countKinds(checks),
    ...timeFiguresOf(checks),
    ...retransmitsOf(checks),
    ...deepFiguresOf(checks),
  };
}

/** Counts with the figures that follow from them. */
export function withShares(counts: StoredCounts) {
  const { successfulCount, failedCount } = counts;
  const sampleCount = successfulCount + failedCount;
  const failurePercent = sampleCount === 0 ? null : (failedCount * 100) / sampleCount;
  return { ...counts, sampleCount, failurePercent };
}

/** The figures of all percentiles, each by its percent. */
export function percentilesBy<T>(find: (percent: number) => T) {
  const figures = Object.entries(PERCENTILES).map(([field, percent]) => [field, find(percent)]);
  return Object.fromEntries(figures) as Readonly<Record<keyof typeof PERCENTILES, T>>;
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

/** Time figures, each by its position in a list of figures; one that is not there is null. */
export function timeFiguresIn(list: readonly number[]): TimeFigures {
  const figures = TIME_FIELDS.map((field, position) => [field, list[position] ?? null]);
  return Object.fromEntries(figures) as TimeFigures;
}

/** The time figures of checks without a connect time. */
export const NO_TIMES: TimeFigures & MergeableTimes = {
  ...timeFiguresIn([]),
  timedCount: 0,
  sumConnectTimeMs: null,
  timeSketch: EMPTY_SKETCH,
};

/** The times of checks that were summarised before summaries could be merged. */
export const UNKNOWN_TIMES: MergeableTimes = {
  timedCount: null,
  sumConnectTimeMs: null,
  timeSketch: null,
};

/** Figures without a repeated SYN. */
export const NO_RETRANSMITS: Retransmits = { retransmittedCount: 0, retransmittedSumMs: 0 };

/**
 * The average connect time in milliseconds of the handshakes whose first SYN was answered; null
 * without one. A lost SYN adds a second of waiting to a handshake, which says nothing of how slow
 * the target is.
 */
export function firstSynAverage(figures: Figures): DurationMs | null {
  const { retransmittedCount, retransmittedSumMs, timedCount, sumConnectTimeMs } = figures;
  if (retransmittedCount === 0) return figures.avgConnectTimeMs;
  const count = (timedCount ?? 0) - retransmittedCount;
  if (sumConnectTimeMs === null || count <= 0) return null;
  return toMicrosecondPrecision((sumConnectTimeMs - retransmittedSumMs) / count);
}

/** The share of handshakes that lost a packet, 0 to 100; null if it is not known. */
export function lossPercent({ retransmittedCount, timedCount }: Figures): number | null {
  return timedCount === null || timedCount === 0 ? null : (retransmittedCount * 100) / timedCount;
}

function retransmitsOf(checks: readonly JudgedCheck[]): Retransmits {
  const times = passedTimes(checks.filter(({ synRetransmits }) => synRetransmits > 0));
  return { retransmittedCount: times.length, retransmittedSumMs: sumToMicroseconds(times) };
}

function timeFiguresOf(checks: readonly JudgedCheck[]): TimeFigures & MergeableTimes {
  const sorted = passedTimes(checks).sort((a, b) => a - b);
  if (sorted.length === 0) return NO_TIMES;
  const mean = sumOf(sorted, (time) => time) / sorted.length;
  const squares = sorted.map((time) => (time - mean) ** 2);
  return {
    avgConnectTimeMs: toMicrosecondPrecision(mean),
    minConnectTimeMs: percentileOf(sorted, 0),
    maxConnectTimeMs: percentileOf(sorted, 100),
    ...percentilesBy((percent) => percentileOf(sorted, percent)),
    stddevConnectTimeMs: toMicrosecondPrecision(
      Math.sqrt(sumOf(squares, (square) => square) / sorted.length),
    ),
    timedCount: sorted.length,
    sumConnectTimeMs: sumToMicroseconds(sorted),
    timeSketch: sketchSorted(sorted),
  };
}

/** Only checks that passed have a latency: an open port that should be closed is a failure. */
function passedTimes(checks: readonly JudgedCheck[]): number[] {
  const times: number[] = [];
  for (const { verdict, connectTimeMs } of checks) {
    if (verdict === "passed" && connectTimeMs !== null) times.push(connectTimeMs);
  }
  return times;
}

/** Adds whole microseconds, which have no rounding error. */
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
