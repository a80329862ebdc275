import { type CrowdedHost, countPlaces, crowdedIn, overloadedHosts } from "../rate/rate.ts";
import type { RateLimit, Task } from "../task/task.ts";
import type { EpochMs, RegionName } from "../units.ts";
import { type Bundle, bundleOf, hashBundle, printBundle } from "./bundle.ts";
import { overfullSentence } from "./choose-size.ts";
import { demandOf } from "./demand.ts";
import { type Fleet, type FleetRegion, shardOf, staggerOf } from "./fleet.ts";
import { type Manifest, type ShardPlan, wholeBundle } from "./manifest.ts";
import { UNTOLD_MEMORY_MB, WHOLE_CPU_MB } from "./pace.ts";
import { spansOf } from "./timetable.ts";
import { RETIRED, supportOf, type Unsupported } from "./unsupported.ts";

/** A plan for one region, before it is stored: the manifest and the bundles that it names. */
export interface RegionDraft {
  readonly manifest: Manifest;
  /** By content hash: every bundle that the manifest names. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Tasks that the region cannot probe; they are left out. */
  readonly unsupported: readonly Unsupported[];
  /** Shards with more than they are made for, which still run, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The plan for each region: its enabled tasks, divided among its shards. A retired region gets one
 * without shards, so that a probe of an older version stops at it too.
 */
export function draftPlan(
  fleet: Fleet,
  tasks: readonly Task[],
  plannedAtMs: EpochMs,
): readonly RegionDraft[] {
  const enabled = tasks.filter((task) => task.enabled);
  const names = fleet.regions.map((region) => region.name);
  const shared = fleet.regions.map((region) => ({ region, ...shareTasks(region, enabled) }));
  const places = shared.flatMap(({ shards }) => shards);
  const rates: Rates = { rateLimit: fleet.rateLimit, places: countPlaces(places) };
  const drafts = shared.map((share) => {
    const staggerPermille = staggerOf(names, share.region.name);
    return draftRegion(share, { plannedAtMs, staggerPermille }, rates);
  });
  const retired = (fleet.retired ?? []).map((region) => retire(region, enabled, plannedAtMs));
  return [...drafts, ...retired];
}

/** Who names the region is told that nothing checks the task there. */
function retire(region: RegionName, tasks: readonly Task[], plannedAtMs: EpochMs): RegionDraft {
  const named = tasks.filter(({ regions }) => regions !== "all" && regions.includes(region));
  return {
    manifest: { region, plannedAtMs, staggerPermille: 0, shards: [], retired: true },
    bundles: new Map(),
    unsupported: named.map(({ name }) => ({ taskName: name, region, reason: RETIRED })),
    warnings: [],
  };
}

/** A sentence for each host of which the planned tasks ask for more than its rate limit allows. */
export function crowdedSentences({ rateLimit }: Fleet, drafts: readonly RegionDraft[]): string[] {
  const places = drafts.flatMap(({ manifest, bundles }) =>
    manifest.shards.map((plan) => bundles.get(wholeBundle(plan))?.tasks ?? []),
  );
  return overloadedHosts(places, rateLimit).map(crowdedSentence);
}

function crowdedSentence({ hostname, taskCount, limit }: CrowdedHost): string {
  const { bucketSize, refillRate } = limit;
  return `Host ${hostname}: its ${taskCount} checks of all regions are more than its rate limit allows (bucket_size ${bucketSize}, refill_rate ${refillRate}); some will be rate_limited: raise rate_limit or schedule_seconds`;
}

/** What is known of rate limits when a shard is drafted. */
interface Rates {
  readonly rateLimit: RateLimit | undefined;
  readonly places: ReadonlyMap<string, number>;
}

/** A shard's tasks, and what is known of their region and of rate limits. */
interface OwnTasks extends Rates {
  readonly region: FleetRegion;
  readonly tasks: readonly Task[];
}

/** A region with its tasks. */
interface SharedRegion extends ReturnType<typeof shareTasks> {
  readonly region: FleetRegion;
}

/** The regions in which a task runs, in the fleet's order. */
export function plannedIn({ regions }: Fleet, task: Task): RegionName[] {
  return regions
    .filter(({ name }) => task.regions === "all" || task.regions.includes(name))
    .filter((region) => supportOf(region)(task) === null)
    .map(({ name }) => name);
}

/** Names of the tasks that run in at least one region. */
export function namesIn(drafts: readonly RegionDraft[]): Set<string> {
  const bundles = drafts.flatMap((draft) => [...draft.bundles.values()]);
  return new Set(bundles.flatMap((bundle) => bundle.tasks.map((task) => task.name)));
}

function draftRegion(
  { region, shards, unsupported }: SharedRegion,
  moment: Pick<Manifest, "plannedAtMs" | "staggerPermille">,
  rates: Rates,
): RegionDraft {
  const drafts = shards.map((tasks, shard) => draftShard(shard, { region, tasks, ...rates }));
  return {
    manifest: {
      region: region.name,
      ...moment,
      shards: drafts.map(({ plan }) => plan),
      ...(rates.rateLimit !== undefined && { rateLimit: rates.rateLimit }),
    },
    bundles: new Map(drafts.flatMap(({ bundles }) => bundles)),
    unsupported,
    warnings: shards.flatMap((tasks, shard) => warnOfShard(region, { shard, tasks })),
  };
}

type NamedBundle = readonly [hash: string, bundle: Bundle];

interface ShardDraft {
  readonly plan: ShardPlan;
  readonly bundles: readonly NamedBundle[];
}

/** A probe of an older version knows one bundle only and checks each of its tasks as plain TCP. */
function draftShard(shard: number, own: OwnTasks): ShardDraft {
  const { tasks, places, rateLimit } = own;
  const taskCount = tasks.length;
  const crowded = crowdedIn(tasks, places, rateLimit);
  const isCrowded = Object.keys(crowded).length > 0;
  const more = { taskCount, ...(isCrowded && { crowded }), ...spansOf(own) };
  const plainTasks = tasks.filter(({ needs }) => needs === undefined);
  const plain = nameBundle(plainTasks);
  if (plainTasks.length === taskCount)
    return { plan: { shard, bundle: plain[0], ...more }, bundles: [plain] };
  const full = nameBundle(tasks);
  return {
    plan: { shard, bundle: plain[0], fullBundle: full[0], ...more },
    bundles: [plain, full],
  };
}

function nameBundle(tasks: readonly Task[]): NamedBundle {
  const bundle = bundleOf(tasks);
  return [hashBundle(printBundle(bundle)), bundle];
}

function shareTasks(region: FleetRegion, tasks: readonly Task[]) {
  const shards: Task[][] = Array.from({ length: region.shards }, () => []);
  const unsupported: Unsupported[] = [];
  const reasonFor = supportOf(region);
  for (const task of tasks) {
    if (task.regions !== "all" && !task.regions.includes(region.name)) continue;
    const reason = reasonFor(task);
    if (reason === null) shards[shardOf(task.name, region.shards)]?.push(task);
    else unsupported.push({ taskName: task.name, region: region.name, reason });
  }
  return { shards, unsupported };
}

/** A process that is always on has the whole CPU of its machine. */
function warnOfShard(
  { name, memoryMb = UNTOLD_MEMORY_MB, alwaysOn }: FleetRegion,
  { shard, tasks }: { readonly shard: number; readonly tasks: readonly Task[] },
): string[] {
  const sentence = overfullSentence(demandOf(tasks), alwaysOn ? WHOLE_CPU_MB : memoryMb);
  return sentence === null ? [] : [`Region ${name}, shard ${shard}: ${sentence}`];
}
