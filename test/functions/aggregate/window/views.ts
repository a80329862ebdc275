import type {
  FleetView,
  RegionView,
  ShardView,
} from "../../../../functions/aggregate/window/read-regions.ts";
import type { ChunkStore } from "../../../../functions/ports/chunk-store.ts";
import type { Lease } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import type { EpochMs } from "../../../../shared/units.ts";
import { aTask } from "../../../fakes/results.ts";
import { FakeChunkStore, FakeLeaseStore, FakePlanStore } from "../../../fakes/stores.ts";

/** A lease with these runs, each from one instant to another, of the bundle "new". */
export function aLease(...runs: readonly (readonly [fromMs: EpochMs, toMs: EpochMs])[]): Lease {
  return {
    claimedToMs: runs.at(-1)?.[1] ?? 0,
    runs: runs.map(([fromMs, toMs]) => ({ fromMs, toMs, bundle: "new", staggerPermille: 0 })),
  };
}

/** A shard that has claimed nothing and whose plan is not known, unless told otherwise. */
export function aShardView(different: Partial<ShardView> = {}): ShardView {
  return { shard: 0, lease: null, planned: null, ...different };
}

/** A region with these shards and stores in memory. */
export function aRegionView(
  name: string,
  shards: readonly ShardView[],
  chunks: Pick<ChunkStore, "readChunks"> = new FakeChunkStore(),
): RegionView {
  const plans = new FakePlanStore(() => 0);
  return { name, shards, stores: { plans, leases: new FakeLeaseStore(), chunks } };
}

/** A fleet whose regions can all be read. */
export function aFleetView(...regions: readonly RegionView[]): FleetView {
  return { regions, unreadable: [] };
}

/** What a shard is to run: tasks with these names. */
export function planOf(...names: readonly string[]): ReadonlyMap<string, Task> {
  return new Map(names.map((name) => [name, aTask(name)]));
}
