import { type ClockReading, worseReading } from "../../../shared/clock/clock.ts";
import {
  type Interval,
  LATEST_RECHECK_MS,
  LEASE_TERM_MS,
  overlap,
  termOf,
} from "../../../shared/slot/slot.ts";
import { sumOf } from "../../../shared/sum-of.ts";
import type { EpochMs } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import {
  type DamagedChunk,
  FIRST_REQUEST_PART,
  type LoadedChunk,
  type StoredChunk,
} from "../../ports/chunk-store.ts";
import { PARALLEL_SHARDS, type RegionView, type ShardView } from "./read-regions.ts";

/** What a shard's chunks say of an interval. */
export interface ShardChunks {
  /** In order of their lease terms and parts. */
  readonly chunks: readonly LoadedChunk[];
  readonly damaged: readonly DamagedChunk[];
}

/** Reads the chunks of a shard that may have slots in the window. */
export async function readChunks(
  region: RegionView,
  shard: ShardView,
  window: Interval,
): Promise<ShardChunks> {
  const termsBegan = termsBeganFor(window);
  if (!mayHaveChunks(shard, termsBegan)) return { chunks: [], damaged: [] };
  const { chunks, damaged } = await region.stores.chunks.readChunks(shard.shard, termsBegan);
  return { chunks: chunks.filter((chunk) => isOfLease(shard, chunk)), damaged };
}

/**
 * The chunks of each term up to its first hole. A part that is not there yet has earlier checks than
 * the parts after it. What was checked on request stands alone.
 */
export function chunksBeforeHoles(chunks: readonly LoadedChunk[]): LoadedChunk[] {
  const reached = new Map<EpochMs, number>();
  return chunks.filter(({ termFromMs, part }) => {
    if (part >= FIRST_REQUEST_PART) return true;
    const next = (reached.get(termFromMs) ?? -1) + 1;
    // The pieces of a part are 3, 3.1 and so on.
    if (part >= next + 1) return false;
    reached.set(termFromMs, Math.floor(part));
    return true;
  });
}

/** A term that was taken back from the lease was of another clock, and its time comes again. */
function isOfLease({ lease }: ShardView, { termFromMs }: StoredChunk): boolean {
  return lease !== null && termOf(lease, termFromMs) !== null;
}

/** When a lease term must have begun so that its slots, or their rechecks, can fall into the window. */
export function termsBeganFor(window: Interval): Interval {
  return { fromMs: window.fromMs - LEASE_TERM_MS - LATEST_RECHECK_MS + 1, toMs: window.toMs };
}

/** Only claimed terms have chunks. A lease tells nothing of the time before its oldest run. */
function mayHaveChunks({ lease }: ShardView, termsBegan: Interval): boolean {
  const [oldest] = lease?.runs ?? [];
  if (lease === null || oldest === undefined) return false;
  return oldest.fromMs > termsBegan.fromMs || lease.runs.some((run) => overlap(run, termsBegan));
}

/** How many chunks of a region have slots in the window; throws if the region can't be read. */
export async function countChunks(region: RegionView, window: Interval): Promise<number> {
  const counts = await inParallel(region.shards, PARALLEL_SHARDS, async (shard) => {
    const { chunks } = await readChunks(region, shard, window);
    return countChunksWithin(chunks, window);
  });
  return sumOf(counts, (count) => count);
}

/** A term that reaches over the window's edge has chunks without a slot in the window. */
export function countChunksWithin(chunks: readonly StoredChunk[], window: Interval): number {
  return chunks.filter((chunk) => hasSlotIn(chunk, window)).length;
}

function hasSlotIn({ results }: StoredChunk, window: Interval): boolean {
  return results.some(({ slotAtMs }) => isWithin(window, slotAtMs));
}

/** Of what a region's probes knew of their clocks in a window, that which is farthest off; null if they asked no server. */
export function worstClock(chunks: readonly StoredChunk[], window: Interval): ClockReading | null {
  const own = chunks.filter((chunk) => hasSlotIn(chunk, window));
  const readings = own.flatMap(({ notes }) => notes.clock ?? []);
  return readings.reduce<ClockReading | null>(
    (worst, reading) => (worst === null ? reading : worseReading(worst, reading)),
    null,
  );
}

/**
 * How many samples this version does not understand. A chunk that reaches over the window's edge is
 * read for two windows, and counts in the one that has its last slot.
 */
export function countNotUnderstood(chunks: readonly LoadedChunk[], window: Interval): number {
  const ending = chunks.filter(
    ({ results, notUnderstoodCount }) =>
      notUnderstoodCount > 0 && isWithin(window, lastSlotMs(results)),
  );
  return sumOf(ending, ({ notUnderstoodCount }) => notUnderstoodCount);
}

function lastSlotMs(results: StoredChunk["results"]): EpochMs {
  return results.reduce((last, { slotAtMs }) => Math.max(last, slotAtMs), 0);
}

/** Whether an instant is in a half-open interval. */
export function isWithin({ fromMs, toMs }: Interval, atMs: EpochMs): boolean {
  return atMs >= fromMs && atMs < toMs;
}
