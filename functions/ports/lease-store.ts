import type { Lease } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A stored lease that can't be read. Its shard begins a new one in its place. */
export interface DamagedLease {
  /** What is wrong with it, as a sentence. */
  readonly damage: string;
  /** Up to when the shard has claimed time; null if that can't be read either. */
  readonly claimedToMs: EpochMs | null;
  /** Names the write that stored it; null if it has no such name. */
  readonly move: string | null;
}

/** A region's leases. Moved by its probes, read by the aggregator. */
export interface LeaseStore {
  /** Null if the shard never had one. */
  readLease(shard: number): Promise<Lease | DamagedLease | null>;
  /** Moves the lease if `held` is still stored: exactly one of two rivals gets `moved`. */
  moveLease(
    shard: number,
    held: Lease | DamagedLease | null,
    next: Lease,
  ): Promise<"moved" | "lost">;
}
