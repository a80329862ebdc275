import { ERROR_KINDS, type ErrorKind } from "../result/result.ts";
import {
  type Figures,
  type MergeableTimes,
  NO_TIMES,
  percentOf,
  type TimeFigures,
  UNKNOWN_TIMES,
} from "./figures.ts";
import { sketchSorted } from "./time-sketch.ts";

/**
 * Figures as a list: expected, missed, successful, failed, uncounted, then a list of times (average,
 * least, greatest, p50, p95, p99, standard deviation; empty without any), then a list of kinds
 * (place in `ERROR_KINDS`, count, and so on). Short because DynamoDB bills each started kilobyte.
 */
export type FiguresList = readonly [
  expected: number,
  missed: number,
  successful: number,
  failed: number,
  uncounted: number,
  times: readonly number[],
  kinds: readonly number[],
];

/** The list of figures. What follows from the rest is left out. */
export function toFiguresList(figures: Figures): FiguresList {
  return [
    figures.expectedCount,
    figures.missedCount,
    figures.successfulCount,
    figures.failedCount,
    figures.uncountedCount,
    TIME_FIELDS.flatMap((field) => figures[field] ?? []),
    ERROR_KINDS.flatMap((kind, place) => {
      const count = figures.failuresByKind[kind];
      return count === undefined ? [] : [place, count];
    }),
  ];
}

const TIME_FIELDS: readonly (keyof TimeFigures)[] = [
  "avgConnectTimeMs",
  "minConnectTimeMs",
  "maxConnectTimeMs",
  "p50ConnectTimeMs",
  "p95ConnectTimeMs",
  "p99ConnectTimeMs",
  "stddevConnectTimeMs",
];

/**
 * Reads a list of figures; throws where it is damaged. A longer list may come from a later writer.
 * What makes times mergeable is known only of none and of one: `unpackTimes` has the rest.
 */
export function parseFigures(list: unknown): Figures {
  if (!Array.isArray(list)) throw damagedFigures();
  const [expectedCount, missedCount, successfulCount, failedCount, uncountedCount] = readNumbers(
    list.slice(0, 5),
    5,
  ) as [number, number, number, number, number];
  const sampleCount = successfulCount + failedCount;
  return {
    expectedCount,
    missedCount,
    sampleCount,
    successfulCount,
    failedCount,
    uncountedCount,
    failurePercent: percentOf(failedCount, sampleCount),
    failuresByKind: parseKinds(list[6]),
    ...parseTimes(list[5], successfulCount),
  };
}

function parseTimes(list: unknown, successfulCount: number): TimeFigures & MergeableTimes {
  if (Array.isArray(list) && list.length === 0) return NO_TIMES;
  const times = readNumbers(list, TIME_FIELDS.length);
  const timeOf = (field: keyof TimeFigures) => times[TIME_FIELDS.indexOf(field)] ?? null;
  return {
    avgConnectTimeMs: timeOf("avgConnectTimeMs"),
    minConnectTimeMs: timeOf("minConnectTimeMs"),
    maxConnectTimeMs: timeOf("maxConnectTimeMs"),
    p50ConnectTimeMs: timeOf("p50ConnectTimeMs"),
    p95ConnectTimeMs: timeOf("p95ConnectTimeMs"),
    p99ConnectTimeMs: timeOf("p99ConnectTimeMs"),
    stddevConnectTimeMs: timeOf("stddevConnectTimeMs"),
    ...(successfulCount === 1 ? mergeableOf(times) : UNKNOWN_TIMES),
  };
}

/** One success has one time, its average; of several it is not said how many have one. */
function mergeableOf([averageMs = Number.NaN]: readonly number[]): MergeableTimes {
  return { timedCount: 1, sumConnectTimeMs: averageMs, timeSketch: sketchSorted([averageMs]) };
}

/** A kind that this reader does not know yet is left out: the counts beside it are whole. */
function parseKinds(list: unknown): Figures["failuresByKind"] {
  const numbers = readNumbers(list, 0);
  const kinds: Partial<Record<ErrorKind, number>> = {};
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const kind = ERROR_KINDS[numbers[i] as number];
    if (kind !== undefined) kinds[kind] = numbers[i + 1] as number;
  }
  return kinds;
}

function readNumbers(list: unknown, least: number): number[] {
  const isWhole = Array.isArray(list) && list.length >= least && list.every(Number.isFinite);
  if (!isWhole) throw damagedFigures();
  return list;
}

function damagedFigures(): Error {
  return new Error("Summary item is damaged: figures");
}
