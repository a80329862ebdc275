import type { DurationMs } from "../units.ts";

/** A bin and how many times are in it. */
export type TimeBin = readonly [index: number, count: number];

/**
 * Times counted by bins of a logarithmic scale, so that the merge of sketches is exactly the
 * sketch of all times: a DDSketch (Masson, Rim, Lee, VLDB 2019). A quantile is within
 * `relativeErrorOf(level)` of the exact nearest-rank value: 1 % at level 0. Bin 0 holds all times of
 * at most a microsecond; there the error is a microsecond.
 */
export interface TimeSketch {
  /** How many times bins were joined in pairs; each level doubles the error (UDDSketch). */
  readonly level: number;
  /** In ascending order of the index; none is empty. */
  readonly bins: readonly TimeBin[];
}

/** The sketch of no times. */
export const EMPTY_SKETCH: TimeSketch = { level: 0, bins: [] };

const FINEST_ERROR = 0.01;

/** Bin i of level 0 holds the times over GAMMA ** (i - 1) and up to GAMMA ** i microseconds. */
const GAMMA = (1 + FINEST_ERROR) / (1 - FINEST_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

const LEAST_MS = 0.001;

/** The sketch of times in ascending order. */
export function sketchSorted(timesMs: readonly DurationMs[]): TimeSketch {
  const bins: CountedBin[] = [];
  for (const time of timesMs) countIn(bins, binOf(time), 1);
  return { level: 0, bins };
}

/** The bin of a time, which counts in whole microseconds as it is stored. */
export function binOf(timeMs: DurationMs, level = 0): number {
  const microseconds = Math.round(timeMs * 1_000);
  if (microseconds <= 1) return 0;
  return coarserBin(Math.ceil(Math.log(microseconds) / LOG_GAMMA), level);
}

/** The sketch of all times of both, as coarse as the coarser one. */
export function mergeSketches(a: TimeSketch, b: TimeSketch): TimeSketch {
  const level = Math.max(a.level, b.level);
  const bins = [...coarsenSketch(a, level).bins, ...coarsenSketch(b, level).bins];
  return { level, bins: joinBins(bins.sort(([one], [other]) => one - other)) };
}

/** The sketch at a level, or unchanged if it is not finer. */
export function coarsenSketch(sketch: TimeSketch, level: number): TimeSketch {
  const more = level - sketch.level;
  if (more <= 0) return sketch;
  const bins = sketch.bins.map(([bin, count]): TimeBin => [coarserBin(bin, more), count]);
  return { level, bins: joinBins(bins) };
}

/** How far a quantile may be from the exact one, as a share of it. */
export function relativeErrorOf(level: number): number {
  const gamma = gammaOf(level);
  return (gamma - 1) / (gamma + 1);
}

/** The nearest-rank value of a percentile, unrounded; null if there are no times. */
export function percentileIn(sketch: TimeSketch, percent: number): DurationMs | null {
  let left = Math.max(1, Math.ceil((percent * countOf(sketch)) / 100));
  for (const [bin, count] of sketch.bins) {
    left -= count;
    if (left <= 0) return middleOf(bin, sketch.level);
  }
  return null;
}

/** How many times are in a sketch. */
export function countOf({ bins }: TimeSketch): number {
  return bins.reduce((sum, [, count]) => sum + count, 0);
}

/** The greatest time that a bin holds; below the first one is nothing. */
export function boundOf(bin: number, level: number): DurationMs {
  return bin < 0 ? 0 : LEAST_MS * gammaOf(level) ** bin;
}

function coarserBin(bin: number, levels: number): number {
  return Math.ceil(bin / 2 ** levels);
}

function gammaOf(level: number): number {
  return GAMMA ** (2 ** level);
}

/** The value with the same relative distance from both ends of the bin. */
function middleOf(bin: number, level: number): DurationMs {
  if (bin === 0) return LEAST_MS;
  const gamma = gammaOf(level);
  return (LEAST_MS * 2 * gamma ** bin) / (gamma + 1);
}

type CountedBin = [index: number, count: number];

/** Joins neighbours of the same bin. */
function joinBins(bins: readonly TimeBin[]): TimeBin[] {
  const joined: CountedBin[] = [];
  for (const [bin, count] of bins) countIn(joined, bin, count);
  return joined;
}

/** Counts more times of a bin that is the last one, or that comes after it. */
function countIn(bins: CountedBin[], bin: number, count: number): void {
  const last = bins[bins.length - 1];
  if (last?.[0] === bin) last[1] += count;
  else bins.push([bin, count]);
}
