import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { awsRegionOf, type Fleet } from "../../../shared/plan/plan.ts";
import type { DurationMs, RegionName } from "../../../shared/units.ts";
import { BundleCache } from "../../bundle-cache.ts";
import type { FleetSources } from "../../history/history.ts";
import { type HomeStores, openHomeStores, openRegionStores } from "./open-stores.ts";

/** Everything that a fleet remembers, and how it is now, with the store of what operators set. Nothing is read yet. */
export function openFleetSources(
  fleet: Fleet,
  clientFor: (region: RegionName) => DynamoDBClient,
  /** How far back events are looked for; the default retention if left out. */
  keepMs?: DurationMs,
): FleetSources & Pick<HomeStores, "settings"> {
  const { history, ...home } = openHomeStores({
    ...{ client: clientFor(fleet.home), fleet: fleet.name },
    ...(keepMs !== undefined && { keepMs }),
  });
  const bundles = new BundleCache();
  const regions = fleet.regions.map(({ name: region, shards }) => ({
    ...{ region, shards },
    ...openRegionStores({
      client: clientFor(awsRegionOf(fleet, region)),
      fleet: fleet.name,
      region,
      bundles,
    }),
  }));
  return { ...home, fleet, regions, alerts: history };
}
