import type { AlertOverrides } from "../health/rules/rules.ts";
import type { Timetable } from "../slot/slot.ts";
import type { RateLimit } from "../task/task.ts";
import type { EpochMs, RegionName } from "../units.ts";

/** What one shard runs, as the manifest has it. */
export interface ShardPlan extends Omit<Timetable, "staggerPermille"> {
  readonly shard: number;
  /**
   * Content hash of the bundle that a probe of any version can run: the tasks without needs. The
   * same tasks have the same hash in any region.
   */
  readonly bundle: string;
  /** Content hash of the bundle with all tasks; absent if none has needs. */
  readonly fullBundle?: string;
  /** How many tasks the shard has, those with needs included. */
  readonly taskCount: number;
  /**
   * By host name, in how many places, each a shard of a region, it is checked: only hosts of which this
   * shard checks so much that its share of a rate limit can bind. Absent without one.
   */
  readonly crowded?: Readonly<Record<string, number>>;
}

/** What a region runs now. Its probes read it once a minute. */
export interface Manifest {
  readonly region: RegionName;
  readonly plannedAtMs: EpochMs;
  /** See `staggerOf`. */
  readonly staggerPermille: number;
  readonly shards: readonly ShardPlan[];
  /** The region is being taken out: its probes stop. */
  readonly retired?: true;
  /**
   * The fleet's defaults, as far as a probe needs them. Absent from an older home, which knows no
   * rechecks: its probes make none.
   */
  readonly alertDefaults?: AlertOverrides;
  /** Home reads chunks whose slots follow from the plan. Absent from an older home: they hold their slots. */
  readonly plannedSlots?: true;
  /** The rate limit of tasks without one of their own; absent if it is the usual one. */
  readonly rateLimit?: RateLimit;
  /** A sentence for each shard that can't be read; absent without one. Of which shard, it may not say. */
  readonly faults?: readonly string[];
}

/** The hash of the bundle with all of a shard's tasks: the one to run. */
export function wholeBundle({ bundle, fullBundle }: ShardPlan): string {
  return fullBundle ?? bundle;
}

/** The hashes of all bundles that a manifest names. */
export function bundlesNamed({ shards }: Pick<Manifest, "shards">): ReadonlySet<string> {
  return new Set(shards.flatMap((plan) => [plan.bundle, wholeBundle(plan)]));
}
