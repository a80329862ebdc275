import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { type Fleet, staggerOf } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import type { RegionClock } from "./next-check.ts";
import {
  firstInvocationAt,
  firstTermFrom,
  type KeepLease,
  type RoundsStart,
  takeOverLease,
} from "./probe-rounds.ts";

/** When one shard of a region begins. */
export interface ShardStart extends RoundsStart {
  readonly region: RegionName;
  readonly shard: number;
}

/** Takes over the leases of all shards, and tells when each begins: now, or when its lease allows it. */
export async function startsOf(
  client: DynamoDBClient,
  fleet: Fleet,
  keep: KeepLease,
): Promise<ShardStart[]> {
  const own = fleet.regions.filter(({ agent }) => !agent);
  const shards = own.flatMap(({ name, shards }) =>
    Array.from({ length: shards }, (_, shard) => ({ region: name, shard })),
  );
  const nowMs = Date.now();
  return await Promise.all(
    shards.map(async ({ region, shard }) => {
      const { leases } = openRegionStores({ client, fleet: fleet.name, region });
      const claimedToMs = await takeOverLease(leases, shard, nowMs, keep);
      const firstAtMs = firstInvocationAt(nowMs, claimedToMs);
      const firstTermMs = firstTermFrom(firstAtMs, claimedToMs);
      return { region, shard, firstAtMs, firstTermMs };
    }),
  );
}

/** When each region checks, by its first shard. */
export function clocksOf(
  { regions }: Fleet,
  starts: readonly ShardStart[],
): Map<RegionName, RegionClock> {
  const names = regions.map(({ name }) => name);
  const clocks = starts.map(({ region, firstTermMs }): [RegionName, RegionClock] => [
    region,
    { staggerPermille: staggerOf(names, region), firstTermMs },
  ]);
  return new Map(clocks.toReversed());
}
