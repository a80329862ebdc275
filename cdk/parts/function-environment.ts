import { busName, DEAD_MAN_ENV, ENV } from "../../shared/contract.ts";
import type { FleetConfig, StatusPageConfig } from "../config/fleet-config.ts";
import { fleetFacts } from "../config/fleet-facts.ts";
import type { RegionConfig } from "../config/region-config.ts";

/** The environment of the plan and aggregate functions; Lambda allows 4 KB in all. */
export function homeEnvironment(fleet: FleetConfig): Record<string, string> {
  return {
    [ENV.fleet]: fleet.name,
    [ENV.home]: fleet.home,
    [ENV.regions]: fleetFacts(fleet),
    [ENV.alertDefaults]: JSON.stringify(fleet.alertDefaults),
    [ENV.resultDays]: String(fleet.resultDays),
    [ENV.minuteDays]: String(fleet.minuteDays),
    [ENV.summaryDays]: String(fleet.summaryDays),
    [ENV.dayDays]: String(fleet.dayDays),
    [ENV.bus]: busName(fleet.name),
    ...(fleet.rateLimit !== null && { [ENV.rateLimit]: JSON.stringify(fleet.rateLimit) }),
    [ENV.clockThresholdMs]: String(fleet.clockThresholdMs),
    ...watchOf(fleet),
    ...hintsOf(fleet),
    ...secretsOf(fleet),
  };
}

/** What the aggregate function has beside that: who is told that it runs. */
export function deadManEnvironment({ deadMan }: FleetConfig): Record<string, string> {
  return deadMan === null
    ? {}
    : { [DEAD_MAN_ENV.place]: deadMan.url, [DEAD_MAN_ENV.method]: deadMan.method };
}

/** The environment of the publish function. */
export function publishEnvironment(
  fleet: FleetConfig,
  { domain, ...shown }: StatusPageConfig,
  bucketName: string,
): Record<string, string> {
  return {
    [ENV.fleet]: fleet.name,
    [ENV.home]: fleet.home,
    [ENV.regions]: fleetFacts(fleet),
    [ENV.statusPage]: JSON.stringify(shown),
    [ENV.statusBucket]: bucketName,
    ...watchOf(fleet),
  };
}

/** A line makes metrics of its figures where nothing is said of it. */
function watchOf({ watch }: FleetConfig): Record<string, string> {
  return watch === "full" ? {} : { [ENV.watch]: watch };
}

/** Home names what a probe would refuse, and a probe refuses what is not listed. */
function secretsOf({ secrets }: FleetConfig): Record<string, string> {
  return secrets.length > 0 ? { [ENV.secrets]: secrets.join(",") } : {};
}

/** Hints are on where nothing is said of them. */
function hintsOf({ options }: FleetConfig): Record<string, string> {
  return options.hints ? {} : { [ENV.hints]: "off" };
}

/** The environment of a probe function; Lambda itself tells it its region. */
export function probeEnvironment(
  fleet: FleetConfig,
  { vpc }: RegionConfig,
): Record<string, string> {
  const told = {
    [ENV.fleet]: fleet.name,
    [ENV.home]: fleet.home,
    [ENV.resultDays]: String(fleet.resultDays),
    ...watchOf(fleet),
    ...hintsOf(fleet),
    ...secretsOf(fleet),
    ...(fleet.clockServer !== null && { [ENV.clockServer]: fleet.clockServer }),
  };
  if (vpc === null) return told;
  return {
    ...told,
    [ENV.allowedCidrs]: vpc.allowedPrivateCidrs.join(","),
    [ENV.ipv6]: String(vpc.ipv6),
  };
}
