import type { ErrorKind } from "../result/result.ts";
import { sumOf } from "../sum-of.ts";
import { type DurationMs, toMicrosecondPrecision } from "../units.ts";
import { mergeDeep } from "./deep-figures.ts";
import {
  COUNT_FIELDS,
  type Figures,
  type MergeableTimes,
  NO_TIMES,
  percentilesBy,
  type Retransmits,
  type StoredCounts,
  type TimeFigures,
  UNKNOWN_TIMES,
  withShares,
} from "./figures.ts";
import { mergeSketches, percentileIn, type TimeSketch } from "./time-sketch.ts";

/**
 * The figures of the checks of all parts, which have no check in common. Counts, sum, least and
 * greatest are exact; average and standard deviation are exact to a microsecond; percentiles are
 * within the error of the merged sketch, or exact if only one part has times. A figure that a part
 * does not know is null.
 */
export function mergeFigures(parts: readonly Figures[]): Figures {
  return {
    ...mergeTimeFigures(parts),
    ...withShares(addCounts(parts)),
    failuresByKind: addKinds(parts),
    ...addRetransmits(parts),
    ...mergeDeep(parts),
  };
}

function addRetransmits(parts: readonly Figures[]): Retransmits {
  return {
    retransmittedCount: sumOf(parts, (part) => part.retransmittedCount),
    retransmittedSumMs: sumOf(parts, (part) => toMicroseconds(part.retransmittedSumMs)) / 1_000,
  };
}

function addCounts(parts: readonly Figures[]): StoredCounts {
  const sums = COUNT_FIELDS.map((field) => [field, sumOf(parts, (part) => part[field])]);
  return Object.fromEntries(sums) as StoredCounts;
}

/** Count, sum and sketch of all parts; unknown if one of them is. */
export function mergeTimes(parts: readonly MergeableTimes[]): MergeableTimes {
  if (parts.some((part) => part.timedCount === null)) return UNKNOWN_TIMES;
  const timed = parts.filter((part) => part.timedCount !== 0);
  if (timed.length === 0) return NO_TIMES;
  return {
    timedCount: sumOf(timed, (part) => part.timedCount ?? 0),
    sumConnectTimeMs: sumOf(timed, (part) => toMicroseconds(part.sumConnectTimeMs)) / 1_000,
    timeSketch: timed.map((part) => part.timeSketch).reduce(mergeKnown),
  };
}

function mergeKnown(a: TimeSketch | null, b: TimeSketch | null): TimeSketch | null {
  return a === null || b === null ? null : mergeSketches(a, b);
}

function addKinds(parts: readonly Figures[]): Figures["failuresByKind"] {
  const counts: Partial<Record<ErrorKind, number>> = {};
  for (const { failuresByKind } of parts)
    for (const [kind, count] of Object.entries(failuresByKind) as [ErrorKind, number][])
      counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}

function mergeTimeFigures(parts: readonly Figures[]): TimeFigures & MergeableTimes {
  const timed = parts.filter((part) => part.minConnectTimeMs !== null);
  const [first] = timed;
  if (first === undefined) return NO_TIMES;
  // One part is exact as it is. The caller replaces its counts.
  if (timed.length === 1) return first;
  const merged = mergeTimes(timed);
  const extremes = {
    minConnectTimeMs: Math.min(...timed.map((part) => part.minConnectTimeMs ?? Number.NaN)),
    maxConnectTimeMs: Math.max(...timed.map((part) => part.maxConnectTimeMs ?? Number.NaN)),
  };
  return {
    ...NO_TIMES,
    ...merged,
    ...extremes,
    ...momentsOf(timed, merged),
    ...ranksOf(merged, extremes),
  };
}

function momentsOf(parts: readonly Figures[], { timedCount, sumConnectTimeMs }: MergeableTimes) {
  if (timedCount === null || sumConnectTimeMs === null) return {};
  const mean = sumConnectTimeMs / timedCount;
  const squares = sumOf(parts, (part) => squaresAround(mean, part));
  return {
    avgConnectTimeMs: toMicrosecondPrecision(mean),
    stddevConnectTimeMs: toMicrosecondPrecision(Math.sqrt(squares / timedCount)),
  };
}

/** The sum of squared distances of a part's times from a mean; its own mean and deviation give it. */
function squaresAround(mean: DurationMs, part: Figures): number {
  const count = part.timedCount ?? 0;
  const ownMean = (part.sumConnectTimeMs ?? 0) / count;
  return count * ((part.stddevConnectTimeMs ?? 0) ** 2 + (ownMean - mean) ** 2);
}

type Extremes = Readonly<Record<"minConnectTimeMs" | "maxConnectTimeMs", DurationMs>>;

function ranksOf({ timeSketch }: MergeableTimes, extremes: Extremes) {
  return percentilesBy((percent): DurationMs | null => {
    const value = timeSketch === null ? null : percentileIn(timeSketch, percent);
    if (value === null) return null;
    const { minConnectTimeMs: least, maxConnectTimeMs: greatest } = extremes;
    return Math.min(greatest, Math.max(least, toMicrosecondPrecision(value)));
  });
}

function toMicroseconds(ms: DurationMs | null): number {
  return Math.round((ms ?? 0) * 1_000);
}
