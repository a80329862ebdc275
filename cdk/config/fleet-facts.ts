import type { FleetRegion } from "../../shared/plan/plan.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { locationFacts } from "./location-config.ts";
import { regionFacts } from "./region-config.ts";

/** What home's functions know of every place that probes: the regions, then the locations. */
export function placeFacts({
  regions,
  locations,
}: Pick<FleetConfig, "regions" | "locations">): FleetRegion[] {
  return [...regions.map(regionFacts), ...locations.map(locationFacts)];
}

/** What home's functions know of the fleet's places, as JSON; also the names of those that are being taken out. */
export function fleetFacts(fleet: Pick<FleetConfig, "regions" | "retired" | "locations">): string {
  const gone = fleet.retired.map(({ name }) => ({ name, retired: true }));
  return JSON.stringify([...placeFacts(fleet), ...gone]);
}
