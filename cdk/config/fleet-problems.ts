import { RegionInfo } from "aws-cdk-lib/region-info";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { type RegionConfig, regionFacts } from "./region-config.ts";

/** How many tasks a shard is designed for: Lambda allows 1,024 file descriptors. */
const TASKS_PER_SHARD = 1_000;

/** Checks of a schedule of a minute or more are spread over this many seconds only. */
const SPREAD_SECONDS = 10;

/**
 * Says which regions are too small for the expected tasks, one sentence a problem. `listed` are the
 * regions as they are written, the retired ones too: a problem names its place there.
 */
export function capacityProblems(config: FleetConfig, listed: readonly RegionConfig[]): string[] {
  return config.regions.flatMap((region) => {
    const path = pathIn(listed, region);
    return [...shardProblems(config, region, path), ...memoryProblems(config, region, path)];
  });
}

function shardProblems(config: FleetConfig, region: RegionConfig, path: string): string[] {
  const needed = Math.ceil(config.expectedTasks / TASKS_PER_SHARD);
  if (region.shards >= needed) return [];
  return [
    `${path}.shards must be at least ${needed} for ${config.expectedTasks} tasks (${TASKS_PER_SHARD} a shard), is ${region.shards}`,
  ];
}

function memoryProblems(config: FleetConfig, region: RegionConfig, path: string): string[] {
  const { expectedTasks, expectedScheduleSeconds: seconds } = config;
  const tasks = Math.ceil(expectedTasks / region.shards);
  const pace = startsPerSecondFor(region.memoryMb);
  if (tasks / (seconds < 60 ? seconds : SPREAD_SECONDS) <= pace) return [];
  return [
    `${path}.memoryMb is too small: ${region.memoryMb} MB starts ${Math.floor(pace)} checks a second, ${tasks} tasks a shard every ${seconds} s need more`,
  ];
}

/** Lambda allows 4 KB for all variables of a function; names and short values need some of it. */
const MOST_REGIONS_BYTES = 3_500;

/** Says whether home's functions can't hold what they must know of the fleet. */
export function environmentProblems({ regions, alertDefaults, secrets }: FleetConfig): string[] {
  const facts = JSON.stringify(regions.map(regionFacts)) + JSON.stringify(alertDefaults) + secrets;
  const bytes = Buffer.byteLength(facts);
  if (bytes <= MOST_REGIONS_BYTES) return [];
  return [
    `fleet.regions, fleet.alertDefaults and fleet.secrets must fit into ${MOST_REGIONS_BYTES} bytes of a function's environment, are ${bytes}: name fewer allowedPrivateCidrs or secrets`,
  ];
}

/** Says which regions are in another AWS partition than home, which home can't reach. */
export function partitionProblems(config: FleetConfig, listed: readonly RegionConfig[]): string[] {
  const home = partitionOf(config.home);
  return config.regions.flatMap((region) => {
    const { name } = region;
    if (name === "" || home === undefined || partitionOf(name) === home) return [];
    const path = `${pathIn(listed, region)}.name`;
    return [`${path} must be a region of home's partition (${home}), is ${name}`];
  });
}

function pathIn(listed: readonly RegionConfig[], region: RegionConfig): string {
  return `fleet.regions[${listed.indexOf(region)}]`;
}

function partitionOf(region: string): string | undefined {
  return region === "" ? undefined : RegionInfo.get(region).partition;
}
