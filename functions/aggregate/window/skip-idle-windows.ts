import type { Interval, Lease } from "../../../shared/slot/slot.ts";
import {
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  startOfMinute,
} from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { FleetView, RegionView, ShardView } from "./read-regions.ts";
import { termsThatReach } from "./read-window.ts";

/** A dark window younger than this is closed like any other: its missing data is news. */
export const DARK_AFTER_MS: DurationMs = 10 * MINUTE_MS;

const PARALLEL_SHARDS = 16;

/**
 * The first window from the watermark on that is not both dark and old. A window is dark when no
 * region covered anything in it, as when the whole fleet was switched off.
 */
export async function skipDarkWindows(
  fleet: FleetView,
  watermarkMs: EpochMs,
  nowMs: EpochMs,
): Promise<EpochMs> {
  const shards = fleet.regions.flatMap((region) =>
    region.shards.map((shard) => ({ region, shard })),
  );
  const claims = shards.map(({ shard }) => firstClaim(shard.lease, watermarkMs));
  const litMs = startOfMinute(Math.min(nowMs - DARK_AFTER_MS, ...claims));
  if (litMs <= watermarkMs) return watermarkMs;
  const forgetful = shards.filter(({ shard }) => forgets(shard.lease, watermarkMs));
  if (forgetful.length === 0) return litMs;
  for (const span of spansOf(watermarkMs, litMs)) {
    const found = await inParallel(forgetful, PARALLEL_SHARDS, (where) => firstChunk(where, span));
    const firstMs = Math.min(...found);
    if (firstMs < Number.POSITIVE_INFINITY) return Math.max(watermarkMs, startOfMinute(firstMs));
  }
  return litMs;
}

/** The window itself, which mostly settles it, and then hour after hour. */
function* spansOf(fromMs: EpochMs, toMs: EpochMs): Generator<Interval> {
  yield { fromMs, toMs: fromMs + MINUTE_MS };
  for (let at = fromMs + MINUTE_MS; at < toMs; at += HOUR_MS) {
    yield { fromMs: at, toMs: Math.min(at + HOUR_MS, toMs) };
  }
}

function firstClaim(lease: Lease | null, watermarkMs: EpochMs): EpochMs {
  const next = lease?.runs.find((run) => run.toMs > watermarkMs);
  return next?.fromMs ?? Number.POSITIVE_INFINITY;
}

/** A lease keeps a bounded history: what came before it only the chunks can tell. */
function forgets(lease: Lease | null, watermarkMs: EpochMs): boolean {
  const oldest = lease?.runs[0];
  return oldest !== undefined && oldest.fromMs > watermarkMs;
}

/** Where a region can't be asked, nothing is skipped. */
async function firstChunk(
  { region, shard }: { readonly region: RegionView; readonly shard: ShardView },
  span: Interval,
): Promise<EpochMs> {
  return region.stores.chunks.readChunks(shard.shard, termsThatReach(span)).then(
    ({ chunks }) => chunks[0]?.termFromMs ?? Number.POSITIVE_INFINITY,
    () => span.fromMs,
  );
}
