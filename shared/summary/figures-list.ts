import { ERROR_KINDS, type ErrorKind } from "../result/result.ts";
import { parseDeepLists, toDeepLists } from "./deep-list.ts";
import {
  COUNT_FIELDS,
  type Figures,
  type MergeableTimes,
  NO_RETRANSMITS,
  NO_TIMES,
  type Retransmits,
  type StoredCounts,
  TIME_FIELDS,
  type TimeFigures,
  timeFiguresIn,
  UNKNOWN_TIMES,
  withShares,
} from "./figures.ts";
import { sketchSorted } from "./time-sketch.ts";

/**
 * Figures as a list: the counts of `COUNT_FIELDS`, then a list of the times of `TIME_FIELDS` (empty if
 * no check has one), then a list of kinds (position in `ERROR_KINDS`, count, and so on), then, if a
 * SYN was sent again, a list of such handshakes' count and the sum of their times, then the lists of
 * `deep-list.ts`. A list at the end that would be empty is left out, because DynamoDB bills each
 * started kilobyte.
 */
export type FiguresList = readonly (number | readonly (number | string)[])[];

/** The list of figures, without those that follow from others. */
export function toFiguresList(figures: Figures): FiguresList {
  const { retransmittedCount, retransmittedSumMs, deep } = figures;
  const deepLists = deep === undefined ? [] : toDeepLists(deep);
  const retransmits = retransmittedCount === 0 ? [] : [retransmittedCount, retransmittedSumMs];
  return [
    ...COUNT_FIELDS.map((field) => figures[field]),
    TIME_FIELDS.flatMap((field) => figures[field] ?? []),
    ERROR_KINDS.flatMap((kind, position) => {
      const count = figures.failuresByKind[kind];
      return count === undefined ? [] : [position, count];
    }),
    ...(retransmits.length + deepLists.length === 0 ? [] : [retransmits]),
    ...deepLists,
  ];
}

/** The positions of the lists in the list. */
const TIMES_AT = COUNT_FIELDS.length;
const KINDS_AT = TIMES_AT + 1;
const RETRANSMITS_AT = KINDS_AT + 1;

/** Every list of times has at least so many: the times of the first version. */
const LEAST_TIMES = 7;

/**
 * Reads a list of figures; throws if it is damaged. A longer list may come from a later version. The
 * times of no check and of one are mergeable as they are; `unpackTimes` adds what the others need.
 */
export function parseFigures(list: unknown): Figures {
  if (!Array.isArray(list)) throw damagedFigures();
  const counts = parseCounts(list.slice(0, TIMES_AT));
  return {
    ...withShares(counts),
    failuresByKind: parseKinds(list[KINDS_AT]),
    ...parseTimes(list[TIMES_AT], counts.successfulCount),
    ...parseRetransmits(list[RETRANSMITS_AT]),
    ...parseDeepLists(list.slice(RETRANSMITS_AT + 1)),
  };
}

function parseCounts(list: unknown): StoredCounts {
  const numbers = readNumbers(list, COUNT_FIELDS.length);
  const counts = COUNT_FIELDS.map((field, position) => [field, numbers[position]]);
  return Object.fromEntries(counts) as StoredCounts;
}

function parseTimes(list: unknown, successfulCount: number): TimeFigures & MergeableTimes {
  if (Array.isArray(list) && list.length === 0) return NO_TIMES;
  const times = readNumbers(list, LEAST_TIMES);
  const mergeable = successfulCount === 1 ? mergeableOf(times) : UNKNOWN_TIMES;
  return { ...timeFiguresIn(times), ...mergeable };
}

/** The time of one success is its average; of several it is not known how many have one. */
function mergeableOf([averageMs = Number.NaN]: readonly number[]): MergeableTimes {
  return { timedCount: 1, sumConnectTimeMs: averageMs, timeSketch: sketchSorted([averageMs]) };
}

/** What has another form is of a later version. */
function parseRetransmits(list: unknown): Retransmits {
  if (!Array.isArray(list) || list.length < 2 || !list.every(Number.isFinite))
    return NO_RETRANSMITS;
  const [retransmittedCount, retransmittedSumMs] = list;
  return { retransmittedCount, retransmittedSumMs };
}

/** A kind of a later version is left out: the counts beside it include it. */
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
