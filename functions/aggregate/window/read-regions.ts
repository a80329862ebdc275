import {
  type Bundle,
  BundleError,
  type FleetRegion,
  type Manifest,
  wholeBundle,
} from "../../../shared/plan/plan.ts";
import {
  type Interval,
  LEASE_TERM_MS,
  type Lease,
  takeBackLease,
} from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { DamagedLease } from "../../ports/lease-store.ts";
import type { AggregateServices, RegionStores } from "../services/services.ts";

/** A shard's lease and plan, as they stood when the run began. */
export interface ShardView {
  readonly shard: number;
  /** Null if the shard has never claimed anything. Without what another clock claimed far ahead. */
  readonly lease: Lease | null;
  /** Why its lease can't be read, as a sentence: nothing is known of what it checks. */
  readonly damage?: string;
  /** Up to when the shard has claimed time, if it has, by whatever clock. */
  readonly claimedToMs?: EpochMs;
  /** The tasks that the plan gives to it now, by name; null if that is not known. */
  readonly planned: ReadonlyMap<string, Task> | null;
}

/** A region whose tables can be read. */
export interface RegionView {
  readonly name: RegionName;
  readonly stores: RegionStores;
  /** When home planned what it runs; null if there is no plan. */
  readonly plannedAtMs?: EpochMs | null;
  /** In order of their numbers. */
  readonly shards: readonly ShardView[];
}

/** A region that could not be read in this run, and why: it is missing, not down. */
export interface Unreadable {
  readonly region: RegionName;
  readonly reason: string;
}

/** Every region of the fleet, as it stood when the run began. */
export interface FleetView {
  readonly regions: readonly RegionView[];
  readonly unreadable: readonly Unreadable[];
}

/** How many regions are read at a time. */
export const PARALLEL_REGIONS = 32;

/** How many shards of one region are read at a time. */
export const PARALLEL_SHARDS = 8;

/** Reads every region's leases and plan; a region whose tables fail is `unreadable` in the result. */
export async function readRegions(services: AggregateServices): Promise<FleetView> {
  const views = await inParallel(services.fleet.regions, PARALLEL_REGIONS, (region) =>
    readRegion(services, region).catch((cause: unknown) => unreadable(region.name, cause)),
  );
  return {
    regions: views.filter((view) => "shards" in view),
    unreadable: views.filter((view) => "reason" in view),
  };
}

/** A region with the class of its error; the SDK's messages contain table names and request ids. */
export function unreadable(region: RegionName, cause: unknown): Unreadable {
  return { region, reason: cause instanceof Error ? cause.name : "Error" };
}

async function readRegion(services: AggregateServices, region: FleetRegion): Promise<RegionView> {
  const stores = services.regions.get(region.name);
  if (stores === undefined) throw new RangeError(`Region "${region.name}" has no stores`);
  const manifest = await stores.plans.readManifest();
  const leases = await readLeases(stores, region.shards);
  const nowMs = services.now();
  const shards = await inParallel(
    [...leases.entries()],
    PARALLEL_SHARDS,
    async ([shard, lease]) => ({
      shard,
      ...leaseView(lease, nowMs),
      planned: await readPlanned(services, stores, { manifest, shard }),
    }),
  );
  return { name: region.name, stores, plannedAtMs: manifest?.plannedAtMs ?? null, shards };
}

function leaseView(
  lease: Lease | DamagedLease | null,
  nowMs: EpochMs,
): Pick<ShardView, "lease" | "damage" | "claimedToMs"> {
  if (lease === null) return { lease };
  if ("damage" in lease) return { lease: null, damage: lease.damage };
  return { lease: takeBackLease(lease, nowMs), claimedToMs: lease.claimedToMs };
}

/** A sentence for each shard of the region whose lease can't be read. */
export function damagedShards({ name, shards }: RegionView): string[] {
  return shards.flatMap(({ shard, damage }) =>
    damage === undefined ? [] : `Shard ${shard} of ${name}: ${damage}`,
  );
}

/**
 * Reads retired shards' leases too, up to the first number that has none: a retired shard may have
 * claimed slots of a window that is not closed yet.
 */
async function readLeases(
  stores: RegionStores,
  shardCount: number,
): Promise<(Lease | DamagedLease | null)[]> {
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  const leases = await inParallel(shards, PARALLEL_SHARDS, (shard) =>
    stores.leases.readLease(shard),
  );
  for (;;) {
    const retired = await stores.leases.readLease(leases.length);
    if (retired === null) return leases;
    leases.push(retired);
  }
}

async function readPlanned(
  services: AggregateServices,
  stores: RegionStores,
  { manifest, shard }: { manifest: Manifest | null; shard: number },
): Promise<ReadonlyMap<string, Task> | null> {
  if (manifest === null) return null;
  const plan = manifest.shards.find((candidate) => candidate.shard === shard);
  // An odd shard of the manifest may be this one.
  if (plan === undefined) return manifest.faults === undefined ? new Map() : null;
  const bundle = await readWholeBundle(services, wholeBundle(plan), stores);
  return bundle === null ? null : new Map(bundle.tasks.map((task) => [task.name, task]));
}

/** Null if there is no such bundle, or if it can't be decoded: that must not hide the region's others. */
export async function readWholeBundle(
  { bundles }: Pick<AggregateServices, "bundles">,
  hash: string,
  { plans }: Pick<RegionStores, "plans">,
): Promise<Bundle | null> {
  try {
    return await bundles.read(hash, plans);
  } catch (error) {
    if (error instanceof BundleError) return null;
    throw error;
  }
}

/** The fleet with those shards only that may have checked one of these tasks in an interval. */
export function shardsOf(
  { regions, unreadable }: FleetView,
  names: ReadonlySet<string>,
  { fromMs }: Interval,
): FleetView {
  const mayHave = ({ planned, lease }: ShardView) => {
    // One whose plan changed lately may have had them before.
    const isSettled = (lease?.runs.at(-1)?.fromMs ?? fromMs) < fromMs - 2 * LEASE_TERM_MS;
    return planned === null || !isSettled || [...names].some((name) => planned.has(name));
  };
  const own = regions.map((region) => ({ ...region, shards: region.shards.filter(mayHave) }));
  return { regions: own, unreadable };
}

/** The regions in which each task is planned; null unless every region's plan is known. */
export function plannedRegions(
  fleet: FleetView,
): ReadonlyMap<string, readonly RegionName[]> | null {
  if (fleet.unreadable.length > 0) return null;
  const planned = new Map<string, RegionName[]>();
  for (const region of fleet.regions) {
    for (const shard of region.shards) {
      if (shard.planned === null) return null;
      for (const name of shard.planned.keys()) {
        const regions = planned.get(name);
        if (regions === undefined) planned.set(name, [region.name]);
        else regions.push(region.name);
      }
    }
  }
  return planned;
}

/** The tasks that each region is to run now; without the regions whose plan is not known in whole. */
export function plannedTasks(fleet: FleetView): ReadonlyMap<RegionName, readonly Task[]> {
  const plans = new Map<RegionName, readonly Task[]>();
  for (const { name, shards } of fleet.regions) {
    const tasks = shards.flatMap(({ planned }) => (planned === null ? [] : [...planned.values()]));
    if (shards.every(({ planned }) => planned !== null)) plans.set(name, tasks);
  }
  return plans;
}
