import { hash32 } from "../hash.ts";
import type { Task } from "../task/task.ts";
import type { EpochMs, RegionName } from "../units.ts";

/** One probing region as the deployment sets it up. */
export interface FleetRegion {
  readonly name: RegionName;
  /** Probe shards; each has its own schedule, lease and bundle. */
  readonly shards: number;
  /** Inside the user's VPC: port 25 may be open. */
  readonly vpc: boolean;
  /** Has a route for IPv6. */
  readonly ipv6: boolean;
}

export interface Fleet {
  readonly name: string;
  readonly home: RegionName;
  readonly regions: readonly FleetRegion[];
}

/** What one shard runs. A sample names its task by its place in `tasks`, which are sorted by name. */
export interface Bundle {
  readonly tasks: readonly Task[];
}

export interface ShardPlan {
  readonly shard: number;
  /**
   * Content hash of the bundle that every probe may run, of whatever version: the tasks without
   * needs. The same tasks have the same hash in any region.
   */
  readonly bundle: string;
  /** Content hash of the bundle with all tasks; absent if none has needs. */
  readonly fullBundle?: string;
  /** Of all tasks. */
  readonly taskCount: number;
}

/** What a region runs now. Read by its probes once a minute. */
export interface Manifest {
  readonly region: RegionName;
  readonly plannedAtMs: EpochMs;
  readonly staggerPermille: number;
  readonly shards: readonly ShardPlan[];
}

/** The bundle with all of a shard's tasks: the one to run. */
export function wholeBundle({ bundle, fullBundle }: ShardPlan): string {
  return fullBundle ?? bundle;
}

/** Every bundle that a manifest names, once. */
export function bundlesNamed({ shards }: Pick<Manifest, "shards">): ReadonlySet<string> {
  return new Set(shards.flatMap((plan) => [plan.bundle, wholeBundle(plan)]));
}

/**
 * The shard that runs a task, by rendezvous hashing: each shard bids a hash of its number and the
 * name, the highest bid wins. One shard more takes only the tasks that it wins, from all the others.
 */
export function shardOf(taskName: string, shardCount: number): number {
  let winner = 0;
  let highest = -1;
  for (let shard = 0; shard < shardCount; shard++) {
    const bid = hash32(`${shard}/${taskName}`);
    if (bid > highest) {
      winner = shard;
      highest = bid;
    }
  }
  return winner;
}

/** The thousandths of a period by which a region's slots are shifted: the regions, by name, take turns. */
export function staggerOf(regions: readonly RegionName[], region: RegionName): number {
  const turns = [...new Set(regions)].sort();
  const turn = turns.indexOf(region);
  if (turn < 0) throw new RangeError(`Region "${region}" is not one of ${turns.join(", ")}`);
  return Math.floor((turn * 1_000) / turns.length);
}
