import { type Interval, LEASE_TERM_MS, type Lease } from "../../../shared/slot/slot.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  startOfMinute,
} from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { FleetView, RegionView, ShardView } from "./read-regions.ts";

/** How old an idle window must be to be skipped; the missing data of a younger one is news. */
const IDLE_AFTER_MS: DurationMs = 10 * MINUTE_MS;

/** Chunks are not looked for longer ago: they have expired by default, and a clock may be years ahead. */
const SEARCHED_MS: DurationMs = 31 * DAY_MS;

const PARALLEL_SHARDS = 16;

interface Shard {
  readonly region: RegionView;
  readonly shard: ShardView;
}

/**
 * The start of the first window, from the watermark on, that is not skipped. A window is skipped if
 * it is old and idle: no shard claimed anything in it, as when the whole fleet was switched off.
 */
export async function skipIdleWindows(
  fleet: FleetView,
  watermarkMs: EpochMs,
  nowMs: EpochMs,
): Promise<EpochMs> {
  const shards = fleet.regions.flatMap((region) =>
    region.shards.map((shard) => ({ region, shard })),
  );
  const claims = shards.map(({ shard }) => firstClaimMs(shard.lease, watermarkMs));
  const firstActiveMs = startOfMinute(Math.min(nowMs - IDLE_AFTER_MS, ...claims));
  if (firstActiveMs <= watermarkMs) return watermarkMs;
  const cut = shards.filter(({ shard }) => isHistoryCut(shard, watermarkMs));
  const searchedMs = startOfMinute(Math.max(watermarkMs, firstActiveMs - SEARCHED_MS));
  const firstTermMs = await findFirstTerm(cut, { fromMs: searchedMs, toMs: firstActiveMs });
  return Math.max(watermarkMs, startOfMinute(Math.min(firstActiveMs, firstTermMs)));
}

/** When the first run begins that reaches beyond the watermark; infinity if none does. */
function firstClaimMs(lease: Lease | null, watermarkMs: EpochMs): EpochMs {
  const next = lease?.runs.find((run) => run.toMs > watermarkMs);
  return next?.fromMs ?? Number.POSITIVE_INFINITY;
}

/** Whether the lease can't be read, or its history begins later: only chunks can tell what was. */
function isHistoryCut({ lease, damage }: ShardView, watermarkMs: EpochMs): boolean {
  if (damage !== undefined) return true;
  const oldest = lease?.runs[0];
  return oldest !== undefined && oldest.fromMs > watermarkMs;
}

/** When the first lease term with chunks in the interval began; infinity if there is none. */
async function findFirstTerm(shards: readonly Shard[], interval: Interval): Promise<EpochMs> {
  if (shards.length === 0) return Number.POSITIVE_INFINITY;
  for (const part of partsOf(interval)) {
    const found = await inParallel(shards, PARALLEL_SHARDS, (shard) => firstTermMs(shard, part));
    const firstMs = Math.min(...found);
    if (firstMs < Number.POSITIVE_INFINITY) return firstMs;
  }
  return Number.POSITIVE_INFINITY;
}

/** The first minute, whose chunks mostly answer the question, and then hour after hour. */
function* partsOf({ fromMs, toMs }: Interval): Generator<Interval> {
  yield { fromMs, toMs: fromMs + MINUTE_MS };
  for (let at = fromMs + MINUTE_MS; at < toMs; at += HOUR_MS) {
    yield { fromMs: at, toMs: Math.min(at + HOUR_MS, toMs) };
  }
}

/** If a region can't be read, its windows count as active, so that none is skipped. */
async function firstTermMs({ region, shard }: Shard, part: Interval): Promise<EpochMs> {
  // Not the term before: its rechecks may reach into the part, but they are no reason to judge it.
  const termsBegan = { fromMs: part.fromMs - LEASE_TERM_MS + 1, toMs: part.toMs };
  return region.stores.chunks.readChunks(shard.shard, termsBegan).then(
    ({ chunks }) => chunks[0]?.termFromMs ?? Number.POSITIVE_INFINITY,
    () => part.fromMs,
  );
}
