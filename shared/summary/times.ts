import { BitReader, BitWriter } from "./bits.ts";
import type { Figures, MergeableTimes } from "./figures.ts";
import { binOf, coarsenSketch, type TimeBin, type TimeSketch } from "./time-sketch.ts";

/** The first byte. A reader that does not know it ignores the rest. */
const TIMES_FORMAT = 1;

/** The coarsest sketch that is stored: quantiles within 8 %. */
const MAX_LEVEL = 3;

/** Instead of a level: counts and sums only. */
const NO_BINS = MAX_LEVEL + 1;

/**
 * What makes the regions' figures mergeable, in at most `room` bytes: the finest sketches that fit,
 * else counts and sums only, else null. Also null if no region has more than one success: their
 * figures are mergeable as they are.
 *
 * After the format's byte come bits: the level; then for each region that has times: how many
 * successes have none, the sum in µs minus count times average, and the bins of all times except the
 * least and the greatest: how many bins are skipped, from that of the least on, and the count minus
 * one. The bins of the least and the greatest follow from the figures.
 */
export function packTimes(regions: readonly Figures[], room: number): Uint8Array | null {
  const isPlain = regions.every((figures) => figures.successfulCount <= 1);
  if (isPlain || regions.some((figures) => figures.timedCount === null)) return null;
  for (let level = finestLevel(regions); level <= NO_BINS; level++) {
    const packed = writeTimes(regions, level);
    if (packed.length <= room) return packed;
  }
  return null;
}

/** The figures with what `packTimes` packed; unchanged if that is unknown or damaged. */
export function unpackTimes(regions: readonly Figures[], packed: unknown): readonly Figures[] {
  if (!(packed instanceof Uint8Array) || packed[0] !== TIMES_FORMAT) return regions;
  const bits = new BitReader(packed.subarray(1));
  const level = bits.whole();
  if (level === null || level > NO_BINS) return regions;
  const unpacked: Figures[] = [];
  for (const figures of regions) {
    const times = figures.timedCount === 0 ? {} : readTimes(bits, figures, level);
    if (times === null) return regions;
    unpacked.push({ ...figures, ...times });
  }
  return bits.isAtEnd() ? unpacked : regions;
}

function finestLevel(regions: readonly Figures[]): number {
  return Math.max(...regions.map(({ timeSketch }) => timeSketch?.level ?? NO_BINS));
}

function writeTimes(regions: readonly Figures[], level: number): Uint8Array {
  const bits = new BitWriter(TIMES_FORMAT);
  bits.whole(level);
  for (const figures of regions) {
    const { successfulCount, timedCount, timeSketch } = figures;
    if (timedCount === null || timedCount === 0) continue;
    bits.whole(successfulCount - timedCount);
    bits.signed(toMicroseconds(figures.sumConnectTimeMs) - averageTimes(figures, timedCount));
    if (level < NO_BINS && timeSketch !== null) writeBins(bits, coarsenSketch(timeSketch, level));
  }
  return bits.finish();
}

function writeBins(bits: BitWriter, { bins }: TimeSketch): void {
  let next = bins[0]?.[0] ?? 0;
  bins.forEach(([bin, count], i) => {
    const extremes = (i === 0 ? 1 : 0) + (i === bins.length - 1 ? 1 : 0);
    if (count <= extremes) return;
    bits.whole(bin - next);
    bits.whole(count - extremes - 1);
    next = bin + 1;
  });
}

function readTimes(bits: BitReader, figures: Figures, level: number): MergeableTimes | null {
  const untimedCount = bits.whole();
  const rest = bits.signed();
  if (untimedCount === null || rest === null) return null;
  const timedCount = figures.successfulCount - untimedCount;
  if (timedCount < 1 || Math.abs(rest) > timedCount) return null;
  const bins = level === NO_BINS ? [] : readBins(bits, figures, { timedCount, level });
  if (bins === null) return null;
  return {
    timedCount,
    sumConnectTimeMs: (averageTimes(figures, timedCount) + rest) / 1_000,
    timeSketch: level === NO_BINS ? null : { level, bins },
  };
}

interface Held {
  readonly timedCount: number;
  readonly level: number;
}

function readBins(
  bits: BitReader,
  figures: Figures,
  { timedCount, level }: Held,
): TimeBin[] | null {
  const least = binOf(figures.minConnectTimeMs ?? 0, level);
  const greatest = binOf(figures.maxConnectTimeMs ?? 0, level);
  const counts = new Map([[least, 1]]);
  const add = (bin: number, count: number) => counts.set(bin, (counts.get(bin) ?? 0) + count);
  let next = least;
  let left = timedCount - 2;
  while (left > 0) {
    const step = bits.whole();
    const more = bits.whole();
    if (step === null || more === null || next + step > greatest || more >= left) return null;
    add(next + step, more + 1);
    left -= more + 1;
    next += step + 1;
  }
  if (timedCount > 1) add(greatest, 1);
  return [...counts];
}

function averageTimes({ avgConnectTimeMs }: Figures, count: number): number {
  return toMicroseconds(avgConnectTimeMs) * count;
}

function toMicroseconds(ms: number | null): number {
  return Math.round((ms ?? 0) * 1_000);
}
