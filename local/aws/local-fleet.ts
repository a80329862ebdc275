import { networkInterfaces } from "node:os";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";

/** The fleet's name, a part of every table's name. */
const LOCAL_FLEET_NAME = "local";

/** The pretend regions unless the user names others. */
export const DEFAULT_REGIONS: readonly RegionName[] = ["eu-west-1", "us-east-1", "ap-southeast-2"];

/**
 * A fleet of pretend regions on this machine; the first is home. Like functions in a VPC they may
 * probe port 25 and, if the machine has IPv6, IPv6 addresses.
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

/** The fleet that runs if the user names no regions. */
export function defaultFleet(): Fleet {
  return localFleet(DEFAULT_REGIONS, 1);
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family }) => family === "IPv6"),
  );
}
