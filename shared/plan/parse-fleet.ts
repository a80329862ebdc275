import { isRegionName, REGION_NAME_RULE } from "../units.ts";
import type { Fleet, FleetRegion } from "./shards.ts";

/** The fleet as the deployment hands it to the functions: the texts of `ENV.fleet`, `.home`, `.regions`. */
export interface FleetTexts {
  readonly fleet: string;
  readonly home: string;
  readonly regions: string;
}

/** More shards than this is a slip of the hand: 100 of them run 100,000 tasks. */
const MAX_SHARDS = 100;

// Part of every table's name, so it keeps to what DynamoDB and `<fleet>-<table>-<region>` allow.
const LABEL = /^[\w.-]{1,63}$/;
const LABEL_RULE = "1 to 63 letters, digits, dots, hyphens and underscores";

/** Reads the fleet; throws one error that names every problem. Unknown fields of a region are passed over. */
export function parseFleet(texts: FleetTexts): Fleet {
  const problems: string[] = [];
  if (!LABEL.test(texts.fleet)) problems.push(`fleet must be ${LABEL_RULE}, is "${texts.fleet}"`);
  if (!isRegionName(texts.home)) {
    problems.push(`home must be ${REGION_NAME_RULE}, is "${texts.home}"`);
  }
  const regions = parseRegions(texts.regions, problems);
  if (problems.length > 0) throw new Error(`The fleet can't be read: ${problems.join("; ")}`);
  return { name: texts.fleet, home: texts.home, regions };
}

function parseRegions(text: string, problems: string[]): FleetRegion[] {
  const list = parseJson(text);
  if (!Array.isArray(list) || list.length === 0) {
    problems.push("regions must be a JSON list with at least one region");
    return [];
  }
  const regions = list.map((entry: unknown, i) => parseRegion(entry, `regions[${i}]`, problems));
  const names = regions.map((region) => region.name);
  const twice = names.filter((name, i) => name !== "" && names.indexOf(name) !== i);
  for (const name of new Set(twice)) problems.push(`region "${name}" is named twice`);
  return regions;
}

function parseRegion(entry: unknown, at: string, problems: string[]): FleetRegion {
  const fields = typeof entry === "object" && entry !== null ? { ...entry } : {};
  const { name, shards = 1, vpc = false, ipv6 = false } = fields as Record<string, unknown>;
  if (!isRegionName(name))
    problems.push(`${at}.name must be ${REGION_NAME_RULE}, is ${shown(name)}`);
  if (!isShardCount(shards))
    problems.push(`${at}.shards must be 1 to ${MAX_SHARDS}, is ${shown(shards)}`);
  if (typeof vpc !== "boolean") problems.push(`${at}.vpc must be true or false, is ${shown(vpc)}`);
  if (typeof ipv6 !== "boolean")
    problems.push(`${at}.ipv6 must be true or false, is ${shown(ipv6)}`);
  return {
    name: isRegionName(name) ? name : "",
    shards: isShardCount(shards) ? shards : 1,
    vpc: vpc === true,
    ipv6: ipv6 === true,
  };
}

function isShardCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_SHARDS;
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
