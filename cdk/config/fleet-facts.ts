import type { FleetRegion } from "../../shared/plan/plan.ts";
import { type BurstSettings, hasBursts } from "./bursts.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { locationFacts } from "./location-config.ts";
import { type RegionConfig, regionFacts } from "./region-config.ts";

type Places = BurstSettings & Pick<FleetConfig, "regions" | "locations">;

/** What home's functions know of every place that probes: the regions, then the locations. */
export function placeFacts(fleet: Places): FleetRegion[] {
  const regions = fleet.regions.map((region) => ({
    ...regionFacts(region),
    ...queueOf(fleet, region),
  }));
  return [...regions, ...fleet.locations.map(locationFacts)];
}

function queueOf(fleet: Places, region: RegionConfig): Pick<FleetRegion, "bursts"> {
  return hasBursts(fleet, region) ? { bursts: true } : {};
}

/** What home's functions know of the fleet's places, as JSON; also the names of those that are being taken out. */
export function fleetFacts(fleet: Places & Pick<FleetConfig, "retired">): string {
  const gone = fleet.retired.map(({ name }) => ({ name, retired: true }));
  return JSON.stringify([...placeFacts(fleet), ...gone]);
}
