import type { Lease } from "../../shared/slot/slot.ts";

/** A region's leases. Moved by its probes, read by the aggregator. */
export interface LeaseStore {
  /** Null if the shard never had one. */
  readLease(shard: number): Promise<Lease | null>;
  /** Moves the lease if `held` is still stored: exactly one of two rivals gets `moved`. */
  moveLease(shard: number, held: Lease | null, next: Lease): Promise<"moved" | "lost">;
}
