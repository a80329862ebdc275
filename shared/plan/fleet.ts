import { ANY_SECRET } from "../contract.ts";
import { hash32 } from "../hash.ts";
import { parseRateLimit } from "../rate/rate.ts";
import type { RateLimit } from "../task/task.ts";
import { isRegionName, REGION_NAME_RULE, type RegionName } from "../units.ts";
import { isCidr } from "../vet/vet.ts";

/** One probing region as the deployment sets it up. */
export interface FleetRegion {
  readonly name: RegionName;
  /** Probe shards; each has its own schedule, lease and bundle. */
  readonly shards: number;
  /** Whether its probes are inside the user's VPC, so that port 25 may be open. */
  readonly vpc: boolean;
  /** Whether it has a route for IPv6. */
  readonly ipv6: boolean;
  /**
   * CIDRs beside the public internet that its probes may connect to. If absent, they are not known
   * here, and the plan leaves it to the probes to judge literals.
   */
  readonly allowedCidrs?: readonly string[];
  /** Whether its probes run in a process that goes on between their lease terms; absent on AWS. */
  readonly alwaysOn?: true;
  /** Whether a queue brings its probes the next burst, so that they need not wait for it; absent: none does. */
  readonly bursts?: true;
  /** Whether a process of the user's probes there, a location, and no function of AWS; absent if not. */
  readonly agent?: true;
  /** The secrets that its probes may read; if absent, they are not known here, and the probes judge. */
  readonly secrets?: readonly string[];
  /** The memory of its probes, which decides their pace; absent from an older deployment. */
  readonly memoryMb?: number;
}

/** A fleet as it is deployed. */
export interface Fleet {
  readonly name: string;
  /** The region with the tables of tasks, summaries and alerts. */
  readonly home: RegionName;
  /** Those that probe. */
  readonly regions: readonly FleetRegion[];
  /** Regions that are being taken out: home tells their probes to stop. Absent without one. */
  readonly retired?: readonly RegionName[];
  /** The rate limit of tasks without one of their own; absent: the usual one. */
  readonly rateLimit?: RateLimit;
}

/** Where on AWS the tables of a region are: in the region itself, or at home if an agent probes there. */
export function awsRegionOf(
  { home, regions }: Pick<Fleet, "home" | "regions">,
  region: RegionName,
): RegionName {
  return regions.some(({ name, agent }) => name === region && agent) ? home : region;
}

/** The fleet as the functions' environment has it, by the names of `ENV`. */
export interface FleetTexts {
  readonly fleet: string;
  readonly home: string;
  readonly regions: string;
  /** JSON of a `RateLimit`; absent or empty: the usual one. */
  readonly rateLimit?: string | undefined;
  /** The text of `ENV.secrets`, which is that of every region. */
  readonly secrets?: string;
}

/** Each has a schedule and a lease of its own; so many run 500,000 tasks, or start 48,000 connects a second. */
export const MOST_SHARDS = 100;

// It is part of every table's name, so DynamoDB's rule for names binds it.
const LABEL = /^[\w.-]{1,63}$/;
const LABEL_RULE = "1 to 63 letters, digits, dots, hyphens and underscores";

/** Reads the fleet; throws one error that names every problem. Unknown fields of a region are ignored. */
export function parseFleet(texts: FleetTexts): Fleet {
  const problems: string[] = [];
  if (!LABEL.test(texts.fleet)) problems.push(`fleet must be ${LABEL_RULE}, is "${texts.fleet}"`);
  if (!isRegionName(texts.home)) {
    problems.push(`home must be ${REGION_NAME_RULE}, is "${texts.home}"`);
  }
  const { regions, retired } = parseRegions(texts.regions, problems);
  const rateLimit = texts.rateLimit ? parseRateLimit(parseJson(texts.rateLimit)) : undefined;
  if (rateLimit === null)
    problems.push(
      `rateLimit must be "disabled" or a bucketSize and a refillRate, is ${texts.rateLimit}`,
    );
  if (problems.length > 0) throw new Error(`The fleet can't be read: ${problems.join("; ")}`);
  return {
    ...{ name: texts.fleet, home: texts.home },
    regions: withSecrets(regions, texts.secrets),
    ...(retired.length > 0 && { retired }),
    ...(rateLimit && { rateLimit }),
  };
}

function withSecrets(regions: FleetRegion[], listed: string | undefined): FleetRegion[] {
  if (listed === undefined || listed === ANY_SECRET) return regions;
  const secrets = listed.split(",").filter((reference) => reference !== "");
  return regions.map((region) => ({ ...region, secrets }));
}

/** The names of all regions that a task may name, the retired ones too. */
export function knownRegions({
  regions,
  retired = [],
}: Pick<Fleet, "regions" | "retired">): RegionName[] {
  return [...regions.map(({ name }) => name), ...retired];
}

function parseRegions(text: string, problems: string[]) {
  const list = parseJson(text);
  const entries: unknown[] = Array.isArray(list) ? list : [];
  const parsed = entries.map((entry, i) => ({
    isRetired: Object(entry).retired === true,
    region: parseRegion(entry, `regions[${i}]`, problems),
  }));
  const regions = parsed.flatMap(({ isRetired, region }) => (isRetired ? [] : region));
  const retired = parsed.flatMap(({ isRetired, region }) => (isRetired ? region.name : []));
  if (regions.length === 0) problems.push("regions must be a JSON list with at least one region");
  const names = parsed.map(({ region }) => region.name);
  const twice = names.filter((name, i) => name !== "" && names.indexOf(name) !== i);
  for (const name of new Set(twice)) problems.push(`region "${name}" is named twice`);
  return { regions, retired };
}

function parseRegion(entry: unknown, at: string, problems: string[]): FleetRegion {
  const parts: Readonly<Record<string, unknown>> = Object(entry);
  const { name, shards = 1, vpc = false, ipv6 = false, allowedCidrs, secrets } = parts;
  const { memoryMb } = parts;
  if (!isRegionName(name))
    problems.push(`${at}.name must be ${REGION_NAME_RULE}, is ${shown(name)}`);
  if (!isShardCount(shards))
    problems.push(`${at}.shards must be 1 to ${MOST_SHARDS}, is ${shown(shards)}`);
  if (typeof vpc !== "boolean") problems.push(`${at}.vpc must be true or false, is ${shown(vpc)}`);
  if (typeof ipv6 !== "boolean")
    problems.push(`${at}.ipv6 must be true or false, is ${shown(ipv6)}`);
  if (allowedCidrs !== undefined && !isCidrs(allowedCidrs))
    problems.push(`${at}.allowedCidrs must be a list of CIDRs, is ${shown(allowedCidrs)}`);
  if (memoryMb !== undefined && !isMemory(memoryMb))
    problems.push(`${at}.memoryMb must be a number of MB, is ${shown(memoryMb)}`);
  return {
    name: isRegionName(name) ? name : "",
    shards: isShardCount(shards) ? shards : 1,
    vpc: vpc === true,
    ipv6: ipv6 === true,
    ...(isCidrs(allowedCidrs) ? { allowedCidrs } : {}),
    ...marksOf(parts),
    ...(isTexts(secrets) && { secrets }),
    ...(isMemory(memoryMb) && { memoryMb }),
  };
}

/** Each is said only where it is so. */
function marksOf({
  alwaysOn,
  bursts,
  agent,
}: Readonly<Record<string, unknown>>): Pick<FleetRegion, "alwaysOn" | "bursts" | "agent"> {
  return {
    ...(alwaysOn === true && { alwaysOn }),
    ...(bursts === true && { bursts }),
    ...(agent === true && { agent }),
  };
}

function isCidrs(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isCidr);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function isMemory(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0;
}

function isShardCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_SHARDS;
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

/**
 * The shard that runs a task, by rendezvous hashing: each shard has a hash of its number and
 * the name, and the highest wins. One more shard takes only the tasks that it wins from the others.
 */
export function shardOf(taskName: string, shardCount: number): number {
  let winner = 0;
  let highest = -1;
  for (let shard = 0; shard < shardCount; shard++) {
    const rank = hash32(`${shard}/${taskName}`);
    if (rank > highest) {
      winner = shard;
      highest = rank;
    }
  }
  return winner;
}

/** The thousandths of a period by which a region's slots are shifted: the regions share it evenly, by name. */
export function staggerOf(regions: readonly RegionName[], region: RegionName): number {
  const turns = [...new Set(regions)].sort();
  const turn = turns.indexOf(region);
  if (turn < 0) throw new RangeError(`Region "${region}" is not one of ${turns.join(", ")}`);
  return Math.floor((turn * 1_000) / turns.length);
}
