import type { LeaseStore } from "../../functions/ports/lease-store.ts";
import { returnClaim } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";

/**
 * Ends what an earlier run claimed and can no longer check: this process alone has the data open, so
 * that run is dead. Gives the end of what is claimed now; null where nothing ever was.
 */
export async function takeOverLease(
  leases: LeaseStore,
  shard: number,
  nowMs: EpochMs,
): Promise<EpochMs | null> {
  const held = await leases.readLease(shard);
  if (held === null) return null;
  const next = returnClaim(held, nowMs);
  if (next !== held) await leases.moveLease(shard, held, next);
  return next.claimedToMs;
}
