import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { RegionConfig } from "../config/region-config.ts";
import type { FleetFunction } from "../parts/fleet-function.ts";
import { probeAlarms } from "./alarms.ts";
import { leanRegionAlarms } from "./lean-alarms.ts";
import { saveProbeQueries } from "./saved-queries.ts";

/** Watches one region as the fleet's `watch` says. Returns the alarms; a region that is being taken out has none. */
export function watchRegion(
  scope: Construct,
  place: { readonly fleet: FleetConfig; readonly region: RegionConfig },
  probe: FleetFunction,
): Alarm[] {
  const isRetired = !place.fleet.regions.includes(place.region);
  if (isRetired) return [];
  if (place.fleet.watch === "full") return probeAlarms(scope, place, probe.lambda);
  saveProbeQueries(scope, place.fleet, probe.log);
  return leanRegionAlarms(scope, place);
}
