import { RegionInfo } from "aws-cdk-lib/region-info";
import {
  chooseSize,
  type Demand,
  demandOf,
  holds,
  limitsSentence,
  MOST_SHARDS,
  timesDemand,
} from "../../shared/plan/plan.ts";
import { SECOND_MS } from "../../shared/units.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { fleetFacts } from "./fleet-facts.ts";
import type { RegionConfig } from "./region-config.ts";

type Expected = Pick<FleetConfig, "expectedTasks" | "expectedScheduleSeconds">;

/** What a region must be able to do: the tasks are plain, and each is checked from everywhere. */
export function demandOfExpected({ expectedTasks, expectedScheduleSeconds }: Expected): Demand {
  const task = { scheduleMs: expectedScheduleSeconds * SECOND_MS };
  return timesDemand(demandOf([task]), expectedTasks);
}

/**
 * Says which regions are too small for the expected tasks, one sentence a problem. `listed` are the
 * regions as they are written, the retired ones too: a problem names its place there.
 */
export function capacityProblems(config: FleetConfig, listed: readonly RegionConfig[]): string[] {
  const demand = demandOfExpected(config);
  const asked = `${config.expectedTasks} tasks every ${config.expectedScheduleSeconds} s`;
  return config.regions.flatMap((region) => {
    const path = pathIn(listed, region);
    if (holds(demand, region) && region.shards <= MOST_SHARDS) return [];
    const needed = Math.max(
      region.shards,
      chooseSize(demand, { memoryMb: region.memoryMb }).shards,
    );
    return needed > MOST_SHARDS
      ? [tooManySentence(path, needed, { demand, asked })]
      : [tooSmallSentence(path, region, { demand, asked })];
  });
}

interface Asked {
  readonly demand: Demand;
  readonly asked: string;
}

function tooManySentence(path: string, needed: number, { demand, asked }: Asked): string {
  const could = chooseSize(demand).shards <= MOST_SHARDS;
  const way = could
    ? 'leave shards and memoryMb to "auto"'
    : "raise fleet.expectedScheduleSeconds, or divide the tasks among fleets";
  return `${path} can't have the ${needed} shards that ${asked} need, but ${MOST_SHARDS} at most: ${way}`;
}

function tooSmallSentence(
  path: string,
  { shards, memoryMb }: RegionConfig,
  { demand, asked }: Asked,
): string {
  const least = chooseSize(demand, { memoryMb }).shards;
  const made = limitsSentence(demand, memoryMb);
  return `${path}.shards must be at least ${least}, or "auto", for ${asked} (a shard of ${memoryMb} MB is made for ${made}), is ${shards}`;
}

/** Lambda allows 4 KB for all variables of a function; names and short values need some of it. */
const MOST_REGIONS_BYTES = 3_500;

/** Says whether home's functions can't hold what they must know of the fleet. */
export function environmentProblems(fleet: FleetConfig): string[] {
  const { alertDefaults, secrets, locations } = fleet;
  const place = locations.length === 0 ? "fleet.regions" : "fleet.regions, fleet.locations";
  const facts = fleetFacts(fleet) + JSON.stringify(alertDefaults) + secrets;
  const bytes = Buffer.byteLength(facts);
  if (bytes <= MOST_REGIONS_BYTES) return [];
  return [
    `${place}, fleet.alertDefaults and fleet.secrets must fit into ${MOST_REGIONS_BYTES} bytes of a function's environment, are ${bytes}: name fewer places, allowedPrivateCidrs or secrets`,
  ];
}

/** Says which regions are in another AWS partition than home, which home can't reach. */
export function partitionProblems(config: FleetConfig, listed: readonly RegionConfig[]): string[] {
  const home = partitionOf(config.home);
  return [...config.regions, ...config.retired].flatMap((region) => {
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
