import { burstsPay, type CostFleet } from "../../shared/cost/cost.ts";
import {
  chooseSize,
  demandOf,
  type Fleet,
  type FleetRegion,
  MOST_SHARDS,
  type Size,
} from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import { UsageError } from "../command/errors.ts";
import { listRegions } from "./fleet-options.ts";
import { fixedSizes, readBursts, readCdkFleet } from "./read-cdk-fleet.ts";

/** What decides where tasks are priced: of several, the first that has regions. */
export interface RegionSources {
  /** The text of `--regions`. */
  readonly listed: string | null;
  /** A parsed `cdk.json`. */
  readonly cdkJson: unknown;
  readonly stored: Fleet | null;
}

/** The regions to price, each as large as these tasks need it where nothing else is given. */
export function costRegionsOf(
  sources: RegionSources,
  tasks: readonly Task[],
): CostFleet["regions"] {
  const bursts = readBursts(sources.cdkJson);
  return namedRegions(sources).map(({ name, agent, vpc = false, ...fixed }) => {
    if (agent) return { name, shards: fixed.shards ?? 1, memoryMb: 0, agent };
    const own = tasks.filter(({ enabled, regions }) => enabled && isIn(regions, name));
    const size = chooseSize(demandOf(own), fixed);
    if (size.shards > MOST_SHARDS && fixed.shards === undefined) throw tooMany(own.length, size);
    const ofShard = own.filter((_, i) => i % size.shards === 0);
    const hasQueue = bursts === "auto" ? !vpc && burstsPay(size, ofShard) : bursts;
    return { name, ...size, ...(hasQueue && { bursts: true }) };
  });
}

interface NamedRegion extends Partial<Size> {
  readonly name: string;
  readonly agent?: true;
  readonly vpc?: boolean;
}

function namedRegions({ listed, cdkJson, stored }: RegionSources): NamedRegion[] {
  const sizes = fixedSizes(cdkJson);
  if (listed === null) {
    const regions: readonly FleetRegion[] = readCdkFleet(cdkJson)?.regions ?? stored?.regions ?? [];
    return regions.map(({ name, shards, vpc, agent }) =>
      agent ? { name, shards, agent } : { name, vpc, ...sizes.get(name) },
    );
  }
  return listRegions(listed).map((region) => {
    const { memoryMb } = sizes.get(region.name) ?? {};
    return { ...region, ...(memoryMb !== undefined && { memoryMb }) };
  });
}

function isIn(regions: Task["regions"], name: string): boolean {
  return regions === "all" || regions.includes(name);
}

function tooMany(taskCount: number, { shards }: Size): UsageError {
  return new UsageError(
    `${taskCount} tasks need ${shards} shards in a region, which has at most ${MOST_SHARDS}: a longer schedule, or several fleets.`,
  );
}
