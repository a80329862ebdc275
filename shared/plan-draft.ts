import {
  type Bundle,
  type Fleet,
  type FleetRegion,
  type Manifest,
  shardOf,
  staggerOf,
} from "./plan.ts";
import { bundleOf, hashBundle, printBundle } from "./plan-bundle.ts";
import { type Unsupported, unsupportedReason } from "./plan-unsupported.ts";
import type { Task } from "./task.ts";
import type { EpochMs } from "./units.ts";

/** The design size of a shard. Above it the tasks still run, with a warning. */
export const SHARD_TASKS = 1_000;

/** What a region is to run. */
export interface RegionDraft {
  readonly manifest: Manifest;
  /** By content hash: every bundle that the manifest names. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Tasks that the region cannot probe; they are left out. */
  readonly unsupported: readonly Unsupported[];
  /** Shards over the design size, a sentence each. */
  readonly warnings: readonly string[];
}

/** Shares the enabled tasks over the fleet's regions and their shards. */
export function draftPlan(
  fleet: Fleet,
  tasks: readonly Task[],
  plannedAtMs: EpochMs,
): readonly RegionDraft[] {
  const enabled = tasks.filter((task) => task.enabled);
  const names = fleet.regions.map((region) => region.name);
  return fleet.regions.map((region) => {
    const staggerPermille = staggerOf(names, region.name);
    return draftRegion(region, enabled, { plannedAtMs, staggerPermille });
  });
}

/** Names of the tasks that run in at least one region. */
export function namesIn(drafts: readonly RegionDraft[]): Set<string> {
  const bundles = drafts.flatMap((draft) => [...draft.bundles.values()]);
  return new Set(bundles.flatMap((bundle) => bundle.tasks.map((task) => task.name)));
}

function draftRegion(
  region: FleetRegion,
  tasks: readonly Task[],
  moment: Pick<Manifest, "plannedAtMs" | "staggerPermille">,
): RegionDraft {
  const { shards, unsupported } = shareTasks(region, tasks);
  const drafts = shards.map((own, shard) => {
    const bundle = bundleOf(own);
    return { shard, bundle, hash: hashBundle(printBundle(bundle)), taskCount: own.length };
  });
  return {
    manifest: {
      region: region.name,
      ...moment,
      shards: drafts.map(({ shard, hash, taskCount }) => ({ shard, bundle: hash, taskCount })),
    },
    bundles: new Map(drafts.map(({ hash, bundle }) => [hash, bundle])),
    unsupported,
    warnings: drafts
      .filter(({ taskCount }) => taskCount > SHARD_TASKS)
      .map(({ shard, taskCount }) => overfullSentence(region, shard, taskCount)),
  };
}

function shareTasks(region: FleetRegion, tasks: readonly Task[]) {
  const shards: Task[][] = Array.from({ length: region.shards }, () => []);
  const unsupported: Unsupported[] = [];
  for (const task of tasks) {
    if (task.regions !== "all" && !task.regions.includes(region.name)) continue;
    const reason = unsupportedReason(task, region);
    if (reason === null) shards[shardOf(task.name, region.shards)]?.push(task);
    else unsupported.push({ taskName: task.name, region: region.name, reason });
  }
  return { shards, unsupported };
}

function overfullSentence(region: FleetRegion, shard: number, taskCount: number): string {
  return `Region ${region.name}, shard ${shard}: ${taskCount} tasks, made for ${SHARD_TASKS}; raise shards`;
}
