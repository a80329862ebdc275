import { inParallel } from "../../functions/in-parallel.ts";
import type { PlanStore } from "../../functions/ports/plan-store.ts";
import { wholeBundle } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { RegionName } from "../../shared/units.ts";
import type { OpenFleet } from "./open-fleet.ts";
import { openRegion } from "./open-stores.ts";

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

/** Reads the current plan of every region; throws if none can be read. */
export async function readPlanned(open: OpenFleet): Promise<PlannedTasks> {
  const regions = open.fleet.regions.map((region) => region.name);
  const unread: UnreadRegion[] = [];
  const plans = await inParallel(regions, REGIONS_AT_ONCE, async (region) => {
    const tasks = await readTasks(openRegion(open, region).plans).catch((cause: unknown) => {
      unread.push({ region, cause });
      return [];
    });
    return { region, tasks };
  });
  const [first] = unread;
  if (first !== undefined && unread.length === regions.length) throw first.cause;
  const planned = new Map<string, Map<RegionName, Task>>();
  for (const { region, tasks } of plans) {
    for (const task of tasks) {
      const places = planned.get(task.name) ?? new Map<RegionName, Task>();
      planned.set(task.name, places.set(region, task));
    }
  }
  return { tasks: planned, unread };
}

async function readTasks(plans: PlanStore): Promise<Task[]> {
  const manifest = await plans.readManifest();
  const hashes = new Set(manifest?.shards.map(wholeBundle));
  const bundles = await inParallel([...hashes], REGIONS_AT_ONCE, (hash) => plans.readBundle(hash));
  return bundles.flatMap((bundle) => bundle?.tasks ?? []);
}
