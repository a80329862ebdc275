import type { DurationMs } from "../units.ts";
import { boundOf, coarsenSketch, type TimeSketch } from "./time-sketch.ts";

/** How many times are over `fromMs` and up to `toMs`. */
export interface HistogramBin {
  readonly fromMs: DurationMs;
  readonly toMs: DurationMs;
  readonly count: number;
}

/** The times of a sketch in at most so many bins without a gap between them. */
export function histogramOf(sketch: TimeSketch, mostBins: number): HistogramBin[] {
  const { level, bins } = asCoarseAs(sketch, mostBins);
  const [[first] = [0], [last] = [-1]] = [bins[0], bins.at(-1)];
  const counts = new Map(bins);
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    fromMs: boundOf(first + i - 1, level),
    toMs: boundOf(first + i, level),
    count: counts.get(first + i) ?? 0,
  }));
}

function asCoarseAs(sketch: TimeSketch, mostBins: number): TimeSketch {
  const [[first] = [0], [last] = [-1]] = [sketch.bins[0], sketch.bins.at(-1)];
  if (last - first < mostBins) return sketch;
  return asCoarseAs(coarsenSketch(sketch, sketch.level + 1), mostBins);
}
