import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DEFAULT_EXPECTED_SCHEDULE_SECONDS,
  DEFAULT_EXPECTED_TASKS,
  DEFAULT_SUMMARY_DAYS,
} from "../../shared/contract.ts";
import {
  chooseSize,
  type Demand,
  demandOf,
  type FleetRegion,
  type Size,
  timesDemand,
} from "../../shared/plan/plan.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { CliError } from "../command/errors.ts";

/** The fleet that `cdk.json` describes. */
export interface CdkFleet {
  readonly name: string;
  readonly home: string;
  readonly regions: readonly FleetRegion[] | undefined;
  /** Regions that are being taken out; absent without one. */
  readonly retired?: readonly string[];
  /** Absent if it does not say. */
  readonly resultDays?: number;
}

// The defaults of a deployment.
const DEPLOYED_NAME = "synfleet";
const DEPLOYED_HOME = "eu-west-1";
const DEPLOYED_TASKS = 100;

/** Reads context key `fleet` of a parsed `cdk.json`; null if it has none. A deployment checks it in full. */
export function readCdkFleet(cdkJson: unknown): CdkFleet | null {
  const fleet = fieldOf(fieldOf(cdkJson, "context"), "fleet");
  if (fleet === undefined) return null;
  const regions = fieldOf(fleet, "regions");
  const secrets = listedSecrets(cdkJson) ?? [];
  const demand = expectedDemand(fleet);
  const retired = Array.isArray(regions)
    ? regions.filter(isRetired).flatMap((region) => nameOf(region) ?? [])
    : [];
  const listed = fieldOf(fleet, "locations");
  const locations = Array.isArray(listed) ? listed.flatMap(readLocation) : [];
  const resultDays = numberOf(fieldOf(fleet, "resultDays"));
  return {
    name: textOf(fieldOf(fleet, "name")) ?? DEPLOYED_NAME,
    home: textOf(fieldOf(fleet, "home")) ?? DEPLOYED_HOME,
    ...(retired.length > 0 && { retired }),
    ...(resultDays !== undefined && { resultDays }),
    regions: Array.isArray(regions)
      ? [
          ...regions
            .filter((region) => !isRetired(region))
            .flatMap((region) => readRegion(region, demand)),
          ...locations,
        ].map((region) => ({ ...region, secrets }))
      : undefined,
  };
}

/** The secrets that the described fleet lists; null if a parsed `cdk.json` describes none. */
export function listedSecrets(cdkJson: unknown): readonly string[] | null {
  const fleet = fieldOf(fieldOf(cdkJson, "context"), "fleet");
  return fleet === undefined ? null : textsOf(fieldOf(fleet, "secrets"));
}

/** Whether regions have a queue between bursts; `"auto"`, or nothing: where it pays. */
export function readBursts(cdkJson: unknown): boolean | "auto" {
  const bursts = fieldOf(fieldOf(fieldOf(cdkJson, "context"), "fleet"), "bursts");
  return typeof bursts === "boolean" ? bursts : "auto";
}

/** How many days the described fleet keeps events; the default if a parsed `cdk.json` does not say. */
export function keptEventDays(cdkJson: unknown): number {
  const days = fieldOf(fieldOf(fieldOf(cdkJson, "context"), "fleet"), "summaryDays");
  return typeof days === "number" && days > 0 ? days : DEFAULT_SUMMARY_DAYS;
}

/** How large the described fleet is meant to be, and what it has beside its regions. */
export function expectedOf(cdkJson: unknown): { tasks: number; hasStatusPage: boolean } {
  const fleet = fieldOf(fieldOf(cdkJson, "context"), "fleet");
  const tasks = fieldOf(fleet, "expectedTasks");
  return {
    tasks: typeof tasks === "number" ? tasks : DEPLOYED_TASKS,
    hasStatusPage: (fieldOf(fleet, "statusPage") ?? false) !== false,
  };
}

/** Whether a key of the account encrypts the tables of the described fleet. */
export function hasOwnKey(cdkJson: unknown): boolean {
  const options = fieldOf(fieldOf(fieldOf(cdkJson, "context"), "fleet"), "options");
  return fieldOf(options, "customerManagedKey") === true;
}

function isRetired(raw: unknown): boolean {
  return fieldOf(raw, "retired") === true;
}

/** What `cdk.json` says of the sizes of its regions, by their names. */
export function fixedSizes(cdkJson: unknown): ReadonlyMap<string, Partial<Size>> {
  const regions = fieldOf(fieldOf(fieldOf(cdkJson, "context"), "fleet"), "regions");
  const listed = Array.isArray(regions) ? regions : [];
  return new Map(listed.map((region) => [nameOf(region) ?? "", fixedSize(region)]));
}

function fixedSize(raw: unknown): Partial<Size> {
  const shards = numberOf(fieldOf(raw, "shards"));
  const memoryMb = numberOf(fieldOf(raw, "memoryMb"));
  return { ...(shards !== undefined && { shards }), ...(memoryMb !== undefined && { memoryMb }) };
}

function expectedDemand(fleet: unknown): Demand {
  const count = numberOf(fieldOf(fleet, "expectedTasks")) ?? DEFAULT_EXPECTED_TASKS;
  const seconds =
    numberOf(fieldOf(fleet, "expectedScheduleSeconds")) ?? DEFAULT_EXPECTED_SCHEDULE_SECONDS;
  return timesDemand(demandOf([{ scheduleMs: seconds * SECOND_MS }]), count);
}

function nameOf(raw: unknown): string | undefined {
  return textOf(raw) ?? textOf(fieldOf(raw, "name"));
}

function readRegion(raw: unknown, demand: Demand): FleetRegion[] {
  const name = nameOf(raw);
  if (name === undefined) return [];
  const vpc = fieldOf(raw, "vpc");
  return [
    {
      name,
      ...chooseSize(demand, fixedSize(raw)),
      vpc: vpc !== undefined,
      ipv6: fieldOf(vpc, "ipv6") === true,
      allowedCidrs: textsOf(fieldOf(vpc, "allowedPrivateCidrs")),
    },
  ];
}

function readLocation(raw: unknown): FleetRegion[] {
  const name = nameOf(raw);
  if (name === undefined) return [];
  return [
    {
      ...{ name, shards: numberOf(fieldOf(raw, "shards")) ?? 1, vpc: false },
      ipv6: fieldOf(raw, "ipv6") === true,
      allowedCidrs: textsOf(fieldOf(raw, "allowedPrivateCidrs")),
      agent: true,
    },
  ];
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Reads `cdk.json` of a folder; null if there is none, CliError if it is not JSON. */
export function readCdkJson(dir: string): unknown {
  const text = readIfThere(join(dir, "cdk.json"));
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`cdk.json is not JSON: ${String(error)}`);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
