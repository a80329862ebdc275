import { shardOf } from "../../shared/plan/plan.ts";
import type { LeaseStore } from "../ports/lease-store.ts";

/** Where a task's results may be in a region. */
export interface ShardRange {
  readonly shards: number;
  readonly leases: Pick<LeaseStore, "readLease">;
}

/**
 * Every shard that ever ran, first the one that runs the task now. A region that once had more
 * shards still has their leases, which are never deleted.
 */
export async function listShards(range: ShardRange, taskName: string): Promise<number[]> {
  const now = shardOf(taskName, range.shards);
  let count = range.shards;
  while ((await range.leases.readLease(count)) !== null) count++;
  const others = Array.from({ length: count }, (_, shard) => shard).filter((s) => s !== now);
  return [now, ...others];
}
