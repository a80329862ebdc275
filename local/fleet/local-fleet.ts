import { networkInterfaces } from "node:os";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";

/** Part of every table's name on one machine. */
const LOCAL_FLEET_NAME = "local";

export const DEFAULT_REGIONS: readonly RegionName[] = ["eu-west-1", "us-east-1", "ap-southeast-2"];

/**
 * Pretend regions on this machine, the first of them home. They may probe port 25 and, where the
 * machine has IPv6, its literals, as a function inside a VPC may.
 */
export function localFleet(regions: readonly RegionName[], shards: number): Fleet {
  const [home = "local"] = regions;
  const ipv6 = hasIpv6();
  return {
    name: LOCAL_FLEET_NAME,
    home,
    regions: regions.map((name) => ({ name, shards, vpc: true, ipv6 })),
  };
}

/** What runs when nothing else is said. */
export function defaultFleet(): Fleet {
  return localFleet(DEFAULT_REGIONS, 1);
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family }) => family === "IPv6"),
  );
}
