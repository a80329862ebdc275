import type { ClockReading } from "../../../shared/clock/clock.ts";
import type { Bundle } from "../../../shared/plan/plan.ts";
import { gapsWithin, type Interval, overlap } from "../../../shared/slot/slot.ts";
import { sumOf } from "../../../shared/sum-of.ts";
import type { Task } from "../../../shared/task/task.ts";
import {
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  type RegionName,
} from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { LoadedChunk } from "../../ports/chunk-store.ts";
import type { AggregateServices } from "../services/services.ts";
import { collectTasks, type ShardEvidence, type TaskReading } from "./collect-checks.ts";
import {
  chunksBeforeHoles,
  countChunksWithin,
  countNotUnderstood,
  isWithin,
  readChunks,
  worstClock,
} from "./read-chunks.ts";
import {
  type FleetView,
  PARALLEL_REGIONS,
  PARALLEL_SHARDS,
  type RegionView,
  readWholeBundle,
  type ShardView,
  shardsOf,
  type Unreadable,
  unreadable,
} from "./read-regions.ts";

/** How long a window is. */
export const WINDOW_MS: DurationMs = MINUTE_MS;

/** The window that begins at an instant. */
export function windowFrom(startMs: EpochMs): Interval {
  return { fromMs: startMs, toMs: startMs + WINDOW_MS };
}

/** One task in one window, in every region that has it. */
export interface TaskInWindow {
  /** As the newest plan defines it. */
  readonly task: Task;
  readonly definedAtMs: EpochMs;
  readonly regions: Readonly<Record<RegionName, TaskReading>>;
}

/** A shard whose lease can't be read: nothing is known of what it checked, and its region is missing. */
interface UnreadShard extends Pick<ShardView, "planned"> {
  readonly region: RegionName;
}

/** Everything that the regions say of a window now. */
export interface WindowReading {
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, TaskInWindow>;
  readonly unreadable: readonly Unreadable[];
  readonly unreadShards: readonly UnreadShard[];
  /** Chunks read, by region. */
  readonly chunkCounts: ReadonlyMap<RegionName, number>;
  /** How the clocks of the regions stood that asked a time server; of several shards the worst. */
  readonly clocks: ReadonlyMap<RegionName, ClockReading>;
  /** Regions with claimed slots that have no result yet. */
  readonly waiting: ReadonlySet<RegionName>;
  /** Until when the last of those slots may still report; null if all have reported. */
  readonly waitsUntilMs: EpochMs | null;
  /** Chunks that could not be decoded, or whose bundle is missing. */
  readonly damagedCount: number;
  /** Samples that a later version wrote and that this version understands in part only. */
  readonly notUnderstoodCount: number;
}

interface RegionReading {
  readonly name: RegionName;
  readonly tasks: ReadonlyMap<string, TaskReading>;
  readonly unreadShards: readonly UnreadShard[];
  readonly chunkCount: number;
  readonly clock: ClockReading | null;
  readonly damagedCount: number;
  readonly notUnderstoodCount: number;
}

interface ShardReading extends ShardEvidence {
  readonly damagedCount: number;
  readonly notUnderstoodCount: number;
}

/** Reads a window from every region; a region whose tables fail is `unreadable` in the result. */
export async function readWindow(
  services: AggregateServices,
  fleet: FleetView,
  window: Interval,
): Promise<WindowReading> {
  return readSpan(services, fleet, { window, take: (chunks) => chunks });
}

/**
 * The same of an interval that is not over: of each lease term, only what is before its first hole; and
 * of some tasks only, if they are named: then other shards are not read.
 */
export async function readArrived(
  services: AggregateServices,
  fleet: FleetView,
  { only, ...window }: Interval & { readonly only: ReadonlySet<string> | null },
): Promise<WindowReading> {
  const take = chunksBeforeHoles;
  if (only === null) return readSpan(services, fleet, { window, take });
  return readSpan(services, shardsOf(fleet, only, window), { window, take, only });
}

interface Span {
  readonly window: Interval;
  /** Which of a shard's chunks count. */
  readonly take: (chunks: readonly LoadedChunk[]) => readonly LoadedChunk[];
  /** Names of the tasks that are wanted; absent if all are. */
  readonly only?: ReadonlySet<string>;
}

async function readSpan(
  services: AggregateServices,
  fleet: FleetView,
  span: Span,
): Promise<WindowReading> {
  const { window } = span;
  const read = await inParallel(fleet.regions, PARALLEL_REGIONS, (region) =>
    readRegionWindow(services, region, span).catch((cause: unknown) =>
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
    unreadShards: regions.flatMap(({ unreadShards }) => unreadShards),
    chunkCounts: new Map(regions.map((region) => [region.name, region.chunkCount])),
    clocks: new Map(
      regions.flatMap(({ name, clock }) => (clock === null ? [] : [[name, clock] as const])),
    ),
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
  span: Span,
): Promise<RegionReading> {
  const { window, only } = span;
  const read = await inParallel(region.shards, PARALLEL_SHARDS, (shard) =>
    readShard(services, region, { ...span, shard }),
  );
  return {
    name: region.name,
    tasks: collectTasks(read, window, { clockThresholdMs: services.clockThresholdMs, only }),
    unreadShards: region.shards
      .filter(({ damage }) => damage !== undefined)
      .map(({ planned }) => ({ region: region.name, planned })),
    chunkCount: sumOf(read, ({ chunks }) => countChunksWithin(chunks, window)),
    clock: worstClock(
      read.flatMap(({ chunks }) => chunks),
      window,
    ),
    damagedCount: sumOf(read, (shard) => shard.damagedCount),
    notUnderstoodCount: sumOf(read, (shard) => shard.notUnderstoodCount),
  };
}

async function readShard(
  services: AggregateServices,
  region: RegionView,
  { shard, window, take }: Span & { readonly shard: ShardView },
): Promise<ShardReading> {
  const { chunks: stored, damaged } = await readChunks(region, shard, window);
  const chunks = take(stored);
  const bundles = new Map<string, Bundle>();
  const hashes = [...chunks.map((chunk) => chunk.bundle), ...dueHashes(shard, window)];
  for (const hash of new Set(hashes)) {
    const bundle = await readWholeBundle(services, hash, region.stores);
    if (bundle !== null) bundles.set(hash, bundle);
  }
  // A chunk is read for two windows, since its rechecks may be in the next one. It counts in its own.
  const isOwn = (beganMs: EpochMs) => isWithin(window, beganMs);
  const lost = chunks.filter((chunk) => !bundles.has(chunk.bundle) && isOwn(chunk.termFromMs));
  const unread = damaged.filter(({ beganMs }) => isOwn(beganMs));
  return {
    ...shard,
    chunks,
    bundles,
    damagedCount: unread.length + lost.length,
    notUnderstoodCount: countNotUnderstood(chunks, window),
  };
}

/** Hashes of the bundles whose slots are due in the window, reported or not. */
function dueHashes({ lease }: ShardView, window: Interval): string[] {
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
