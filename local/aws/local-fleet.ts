import { networkInterfaces } from "node:os";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";

/** The fleet's name, a part of every table's name. */
const LOCAL_FLEET_NAME = "local";

/** The pretend regions unless the user names others. */
export const DEFAULT_REGIONS: readonly RegionName[] = ["eu-west-1", "us-east-1", "ap-southeast-2"];

/** Besides public addresses, a machine may probe itself and its private networks. */
const LOCAL_CIDRS: readonly string[] = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "::1/128",
  "fc00::/7",
];

/**
 * A fleet of pretend regions on this machine; the first is home. Like functions in a VPC they may
 * probe port 25 and, if the machine has IPv6, IPv6 addresses.
 */
export function localFleet(
  regions: readonly RegionName[],
  shards: number,
  agents: readonly RegionName[] = [],
): Fleet {
  const [home = "local"] = regions;
  const ipv6 = hasIpv6();
  return {
    name: LOCAL_FLEET_NAME,
    home,
    regions: [
      ...regions.map((name) => ({ name, alwaysOn: true as const })),
      ...agents.map((name) => ({ name, agent: true as const })),
    ].map((region) => ({ ...region, shards, vpc: true, ipv6, allowedCidrs: LOCAL_CIDRS })),
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
