import type { Task } from "./task.ts";
import type { EpochMs, RegionName } from "./units.ts";

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
  /** Content hash of its bundle: the same tasks, the same hash, in any region. */
  readonly bundle: string;
  readonly taskCount: number;
}

/** What a region runs now. Read by its probes once a minute. */
export interface Manifest {
  readonly region: RegionName;
  readonly plannedAtMs: EpochMs;
  readonly staggerPermille: number;
  readonly shards: readonly ShardPlan[];
}
