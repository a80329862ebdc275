import {
  type HomeStores,
  openFleetSources,
  openHomeStores,
  openRegionStores,
  type RegionStores,
} from "../../functions/adapters/dynamodb/dynamodb.ts";
import type { FleetSources } from "../../functions/history/history.ts";
import { awsRegionOf } from "../../shared/plan/plan.ts";
import type { DurationMs, RegionName } from "../../shared/units.ts";
import type { OpenFleet } from "./open-fleet.ts";

/** The stores of the fleet's home region. */
export function openHome({ fleet, clientFor }: OpenFleet): HomeStores {
  return openHomeStores({ client: clientFor(fleet.home), fleet: fleet.name });
}

/** The stores of one of the fleet's probing regions. */
export function openRegion({ fleet, clientFor }: OpenFleet, region: RegionName): RegionStores {
  return openRegionStores({
    client: clientFor(awsRegionOf(fleet, region)),
    fleet: fleet.name,
    region,
  });
}

/** Everything that the fleet remembers, and how it is now. */
export function openHistory(
  { fleet, clientFor }: OpenFleet,
  /** How far back events are looked for, where that is known. */
  keepMs?: DurationMs,
): FleetSources & Pick<HomeStores, "settings"> {
  return openFleetSources(fleet, clientFor, keepMs);
}
