import { type Bundle, bundlesNamed, knownRegions, type Manifest } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { RegionName } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { PlanServices } from "./services.ts";

/** A region that this run could not plan for. */
export interface RegionFailure {
  readonly region: RegionName;
  readonly error: Error;
}

/** The failure of a region, of anything that was thrown. */
export function toFailure(region: RegionName, thrown: unknown): RegionFailure {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { region, error: new Error(`Region ${region}: ${cause.message}`, { cause }) };
}

/** The plan that one region runs now. */
export interface RunningRegion {
  /** Null before its first plan. */
  readonly manifest: Manifest | null;
  /** By content hash, as far as the region still has them. */
  readonly bundles: ReadonlyMap<string, Bundle>;
}

/** What every region runs now. Regions that could not be read are in `failures` only. */
export interface Running {
  readonly regions: ReadonlyMap<RegionName, RunningRegion>;
  readonly failures: readonly RegionFailure[];
  /** Every running task, as in the newest plan that has it. */
  readonly tasks: ReadonlyMap<string, Task>;
}

const REGIONS_AT_ONCE = 8;
const BUNDLES_AT_ONCE = 4;

const NOTHING: RunningRegion = { manifest: null, bundles: new Map() };

/**
 * Reads what each region runs. A region that can't be read keeps its last plan, because only that
 * plan has the last good versions of invalid tasks. With `force` it gets a new plan all the same.
 */
export async function readRunning(services: PlanServices, force: boolean): Promise<Running> {
  const names = knownRegions(services.fleet);
  const read = await inParallel(names, REGIONS_AT_ONCE, async (region) => {
    try {
      return { region, running: await readRegion(services, services.plansOf(region)) };
    } catch (error) {
      return force ? { region, running: NOTHING } : toFailure(region, error);
    }
  });
  const regions = read.flatMap((one) => ("running" in one ? [one] : []));
  return {
    regions: new Map(regions.map(({ region, running }) => [region, running])),
    failures: read.flatMap((one) => ("error" in one ? [one] : [])),
    tasks: newestTasks(regions.map(({ running }) => running)),
  };
}

async function readRegion(services: PlanServices, plans: PlanStore): Promise<RunningRegion> {
  const manifest = await plans.readManifest();
  const hashes = manifest === null ? [] : [...bundlesNamed(manifest)];
  const read = await inParallel(hashes, BUNDLES_AT_ONCE, async (hash) => {
    const bundle = await services.bundles.read(hash, plans);
    return bundle === null ? [] : [[hash, bundle] as const];
  });
  return { manifest, bundles: new Map(read.flat()) };
}

function newestTasks(regions: readonly RunningRegion[]): Map<string, Task> {
  const plannedAt = ({ manifest }: RunningRegion) => manifest?.plannedAtMs ?? 0;
  const newestLast = regions.toSorted((a, b) => plannedAt(a) - plannedAt(b));
  const tasks = new Map<string, Task>();
  for (const bundle of newestLast.flatMap(({ bundles }) => [...bundles.values()])) {
    for (const task of bundle.tasks) tasks.set(task.name, task);
  }
  return tasks;
}
