import type { Lease } from "../../shared/slot/slot.ts";

/** A region's leases. Moved by its probes, read by the aggregator. */
export interface LeaseStore {
  readLease(shard: number): Promise<Lease | null>;
  /** Moves the lease if it is still the one held: exactly one of two rivals gets `moved`. */
  moveLease(shard: number, held: Lease | null, next: Lease): Promise<"moved" | "lost">;
}
