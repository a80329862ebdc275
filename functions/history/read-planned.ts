import { wholeBundle } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { RegionName } from "../../shared/units.ts";
import { BundleCache } from "../bundle-cache.ts";
import { inParallel } from "../in-parallel.ts";
import type { HistorySources, ResultSource } from "./sources.ts";

const REGIONS_AT_ONCE = 8;

/** Every planned task by name, and by region as that region's plan has it. */
export interface PlannedTasks {
  readonly tasks: ReadonlyMap<string, ReadonlyMap<RegionName, Task>>;
  /** Regions whose plan could not be read. */
  readonly unread: readonly UnreadRegion[];
}

/** A region that could not be read, and why. */
export interface UnreadRegion {
  readonly region: RegionName;
  readonly cause: unknown;
}

/** Reads the current plan of every region; throws if none can be read. Bundles that are kept are not read again. */
export async function readPlanned(
  { regions }: Pick<HistorySources, "regions">,
  bundles: BundleCache = new BundleCache(),
): Promise<PlannedTasks> {
  const unread: UnreadRegion[] = [];
  const read = await inParallel(regions, REGIONS_AT_ONCE, async ({ region, plans }) => {
    const tasks = await readTasks(plans, bundles).catch((cause: unknown) => {
      unread.push({ region, cause });
      return [];
    });
    return { region, tasks };
  });
  const [first] = unread;
  if (first !== undefined && unread.length === regions.length) throw first.cause;
  const planned = new Map<string, Map<RegionName, Task>>();
  for (const { region, tasks } of read) {
    for (const task of tasks) {
      const places = planned.get(task.name) ?? new Map<RegionName, Task>();
      planned.set(task.name, places.set(region, task));
    }
  }
  return { tasks: planned, unread };
}

async function readTasks(plans: ResultSource["plans"], kept: BundleCache): Promise<Task[]> {
  const manifest = await plans.readManifest();
  const hashes = new Set(manifest?.shards.map(wholeBundle));
  const bundles = await inParallel([...hashes], REGIONS_AT_ONCE, (hash) => kept.read(hash, plans));
  return bundles.flatMap((bundle) => bundle?.tasks ?? []);
}
