import type { Bundle } from "../../../shared/plan/plan.ts";
import { gapsWithin, type Interval, LEASE_TERM_MS, overlap } from "../../../shared/slot/slot.ts";
import { sumOf } from "../../../shared/sum-of.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { LoadedChunk, StoredChunk } from "../../ports/chunk-store.ts";
import type { AggregateServices } from "../aggregate.ts";
import { collectTasks, type ShardEvidence, type TaskReading } from "./collect-checks.ts";
import {
  type FleetView,
  type RegionView,
  type ShardView,
  type Unreadable,
  unreadable,
} from "./read-regions.ts";

/** One task in one window, over the regions that have it. */
export interface TaskInWindow {
  /** As the newest plan defines it. */
  readonly task: Task;
  readonly definedAtMs: EpochMs;
  readonly regions: Readonly<Record<RegionName, TaskReading>>;
}

/** All that can be known of a window now. */
export interface WindowReading {
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, TaskInWindow>;
  readonly unreadable: readonly Unreadable[];
  /** Chunks read, by region. */
  readonly chunkCounts: ReadonlyMap<RegionName, number>;
  /** Regions with claimed slots that have no result yet. */
  readonly waiting: ReadonlySet<RegionName>;
  /** Until when the last of those may still report; null where all have. */
  readonly waitsUntilMs: EpochMs | null;
  /** Chunks that could not be decoded, or whose bundle is gone. */
  readonly damagedCount: number;
  /** Samples that a later version wrote and that this one knows in part only. */
  readonly notUnderstoodCount: number;
}

interface RegionReading {
  readonly name: RegionName;
  readonly tasks: ReadonlyMap<string, TaskReading>;
  readonly chunkCount: number;
  readonly damagedCount: number;
  readonly notUnderstoodCount: number;
}

interface ShardReading extends ShardEvidence {
  readonly damagedCount: number;
  readonly notUnderstoodCount: number;
}

const PARALLEL_REGIONS = 32;
const PARALLEL_SHARDS = 8;

/** Reads a window from every region. One whose tables fail is unreadable; the others go on. */
export async function readWindow(
  services: AggregateServices,
  fleet: FleetView,
  window: Interval,
): Promise<WindowReading> {
  const read = await inParallel(fleet.regions, PARALLEL_REGIONS, (region) =>
    readRegionWindow(services, region, window).catch((cause: unknown) =>
      unreadable(region.name, cause),
    ),
  );
  const regions = read.filter((result) => "tasks" in result);
  const failed = read.filter((result) => "reason" in result);
  const waits = regions.map((region) => [region.name, waitsUntil(region)] as const);
  const waiting = waits.filter(([, untilMs]) => untilMs !== null);
  return {
    window,
    tasks: joinRegions(regions),
    unreadable: [...fleet.unreadable, ...failed],
    chunkCounts: new Map(regions.map((region) => [region.name, region.chunkCount])),
    waiting: new Set(waiting.map(([name]) => name)),
    waitsUntilMs: waiting.reduce<EpochMs | null>(
      (latest, [, untilMs]) => Math.max(latest ?? 0, untilMs ?? 0),
      null,
    ),
    damagedCount: sumOf(regions, (region) => region.damagedCount),
    notUnderstoodCount: sumOf(regions, (region) => region.notUnderstoodCount),
  };
}

async function readRegionWindow(
  services: AggregateServices,
  region: RegionView,
  window: Interval,
): Promise<RegionReading> {
  const read = await inParallel(region.shards, PARALLEL_SHARDS, (shard) =>
    readShard(services, region, { shard, window }),
  );
  return {
    name: region.name,
    tasks: collectTasks(read, window),
    chunkCount: read.reduce((sum, { chunks }) => sum + chunksWithin(chunks, window), 0),
    damagedCount: sumOf(read, (shard) => shard.damagedCount),
    notUnderstoodCount: sumOf(read, (shard) => shard.notUnderstoodCount),
  };
}

async function readShard(
  services: AggregateServices,
  region: RegionView,
  { shard, window }: { shard: ShardView; window: Interval },
): Promise<ShardReading> {
  const { chunks, damaged } = await readChunks(region, shard, window);
  const bundles = new Map<string, Bundle>();
  const hashes = new Set([...chunks.map((chunk) => chunk.bundle), ...hashesDue(shard, window)]);
  for (const hash of hashes) {
    const bundle = await services.bundles.read(hash, region.stores.plans);
    if (bundle !== null) bundles.set(hash, bundle);
  }
  const lost = chunks.filter((chunk) => !bundles.has(chunk.bundle)).length;
  return {
    ...shard,
    chunks,
    bundles,
    damagedCount: damaged.length + lost,
    notUnderstoodCount: countNotUnderstood(chunks, window),
  };
}

async function readChunks(region: RegionView, shard: ShardView, window: Interval) {
  const span = termsThatReach(window);
  if (!mayHaveChunks(shard, span)) return { chunks: [], damaged: [] };
  return region.stores.chunks.readChunks(shard.shard, span);
}

/** Only claimed covers have chunks, but a lease forgets what it claimed long ago. */
function mayHaveChunks({ lease }: ShardView, span: Interval): boolean {
  const [oldest] = lease?.runs ?? [];
  if (lease === null || oldest === undefined) return false;
  return oldest.fromMs > span.fromMs || lease.runs.some((run) => overlap(run, span) !== null);
}

/** How many chunks of a region tell of the window; throws where it can't be asked. */
export async function countChunks(region: RegionView, window: Interval): Promise<number> {
  const counts = await inParallel(region.shards, PARALLEL_SHARDS, async (shard) => {
    const { chunks } = await readChunks(region, shard, window);
    return chunksWithin(chunks, window);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A chunk that reaches over the window's edge is read twice; it counts where its last slot is. */
function countNotUnderstood(chunks: readonly LoadedChunk[], window: Interval): number {
  let count = 0;
  for (const { results, notUnderstoodCount } of chunks) {
    if (notUnderstoodCount === 0) continue;
    const lastMs = results.reduce((last, { slotAtMs }) => Math.max(last, slotAtMs), 0);
    if (lastMs >= window.fromMs && lastMs < window.toMs) count += notUnderstoodCount;
  }
  return count;
}

/** A cover that reaches over the window's edge has chunks that tell nothing of it. */
function chunksWithin(chunks: readonly StoredChunk[], window: Interval): number {
  return chunks.filter(({ results }) =>
    results.some(({ slotAtMs }) => slotAtMs >= window.fromMs && slotAtMs < window.toMs),
  ).length;
}

/** When a cover must have begun for its slots to fall into the window. */
export function termsThatReach(window: Interval): Interval {
  return { fromMs: window.fromMs - LEASE_TERM_MS + 1, toMs: window.toMs };
}

function hashesDue({ lease }: ShardView, window: Interval): string[] {
  if (lease === null) return [];
  const ran = lease.runs.filter((run) => overlap(run, window) !== null);
  const stoodStill = gapsWithin(lease, window).map((gap) => gap.after);
  return [...ran, ...stoodStill].map((run) => run.bundle);
}

function waitsUntil(region: RegionReading): EpochMs | null {
  let latest: EpochMs | null = null;
  for (const { waitsUntilMs } of region.tasks.values()) {
    if (waitsUntilMs !== null) latest = Math.max(latest ?? 0, waitsUntilMs);
  }
  return latest;
}

function joinRegions(regions: readonly RegionReading[]): Map<string, TaskInWindow> {
  const joined = new Map<string, TaskInWindow & { regions: Record<RegionName, TaskReading> }>();
  for (const region of regions) {
    for (const [name, reading] of region.tasks) {
      const held = joined.get(name);
      const newest = held !== undefined && held.definedAtMs >= reading.definedAtMs ? held : reading;
      const byRegion = held?.regions ?? {};
      byRegion[region.name] = reading;
      const { task, definedAtMs } = newest;
      joined.set(name, { task, definedAtMs, regions: byRegion });
    }
  }
  return joined;
}
