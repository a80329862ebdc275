import { RegionInfo } from "aws-cdk-lib/region-info";
import { chooseSize, type Demand, type FleetRegion, MOST_SHARDS } from "../../shared/plan/plan.ts";
import { readPrivateCidrs } from "./private-cidrs.ts";
import {
  type ConfigReader,
  entryReaderOf,
  isNamed,
  isObject,
  readBoolean,
  readDistinct,
  readerOf,
  readSize,
  refuse,
} from "./read-config.ts";

/** The user's own VPC, to which a region's probes are attached to reach private targets. */
export interface VpcAttachment {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Private address ranges that tasks may probe from this region. */
  readonly allowedPrivateCidrs: readonly string[];
  /** Whether the subnets have a route for IPv6. */
  readonly ipv6: boolean;
  /** Where the region's stack makes the subnets' way to DynamoDB; absent if there is one. */
  readonly dynamodbEndpoint?: GatewayPlace;
}

/** A VPC, and the route tables of it in which a gateway endpoint stands. */
export interface GatewayPlace {
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
}

/** One region that probes run in. */
export interface RegionConfig {
  readonly name: string;
  readonly shards: number;
  readonly memoryMb: number;
  readonly vpc: VpcAttachment | null;
  /** Its stack is still there, to be destroyed; nothing is probed from it. */
  readonly retired?: true;
}

/** What home's functions know of a region. */
export function regionFacts({ name, shards, memoryMb, vpc }: RegionConfig): FleetRegion {
  const allowedCidrs = vpc?.allowedPrivateCidrs ?? [];
  return { name, shards, memoryMb, vpc: vpc !== null, ipv6: vpc?.ipv6 ?? false, allowedCidrs };
}

const REGION_FIELDS = ["name", "shards", "memoryMb", "vpc", "retired", "allowedPrivateCidrs"];
const VPC_FIELDS = [
  "subnetIds",
  "securityGroupIds",
  "allowedPrivateCidrs",
  "ipv6",
  "dynamodbEndpoint",
];

/** Reads `fleet.regions`, a list of names or objects with each region once, for what is asked of each. */
export function readRegions(reader: ConfigReader, demand: Demand): RegionConfig[] {
  const raw = reader.fields.regions;
  if (!Array.isArray(raw) || raw.length === 0) {
    refuse(reader, "regions", "a list of at least one region", raw);
    return [];
  }
  const regions: RegionConfig[] = [];
  raw.forEach((entry: unknown, i) => {
    const at = { ...reader, path: `${reader.path}.regions[${i}]` };
    const region = readRegion(entry, at, demand);
    if (regions.some((other) => other.name === region.name && region.name !== ""))
      reader.problems.push(`${reader.path}.regions[${i}] names ${region.name} a second time`);
    regions.push(region);
  });
  return regions;
}

function readRegion(
  raw: unknown,
  { path, problems }: Pick<ConfigReader, "path" | "problems">,
  demand: Demand,
): RegionConfig {
  const reader = entryReaderOf(path, raw, REGION_FIELDS, problems);
  const vpc = readVpc(reader);
  if (reader.fields.allowedPrivateCidrs !== undefined)
    problems.push(`${path}.allowedPrivateCidrs needs a vpc: move it into ${path}.vpc`);
  const shards = readSize(reader, "shards", { least: 1, most: MOST_SHARDS });
  const memoryMb = readSize(reader, "memoryMb", { least: 128, most: 10_240 });
  return {
    name: isNamed(raw) ? readRegionName(reader, "name") : "",
    ...chooseSize(demand, {
      ...(shards !== null && { shards }),
      ...(memoryMb !== null && { memoryMb }),
    }),
    vpc,
    ...(readBoolean(reader, "retired", false) && { retired: true }),
  };
}

/** Reads the name of an AWS region; empty if it is none. */
export function readRegionName(reader: ConfigReader, field: string, fallback = ""): string {
  const value = reader.fields[field] ?? (fallback === "" ? undefined : fallback);
  if (typeof value === "string" && RegionInfo.regions.some((known) => known.name === value))
    return value;
  refuse(reader, field, "the name of an AWS region, such as eu-west-1", value);
  return "";
}

function readVpc(region: ConfigReader): VpcAttachment | null {
  const raw = region.fields.vpc;
  if (raw === undefined) return null;
  const reader = readerOf(`${region.path}.vpc`, raw, VPC_FIELDS, region.problems);
  const subnetIds = readDistinct(reader, "subnetIds", idForm("subnet"));
  const securityGroupIds = readDistinct(reader, "securityGroupIds", idForm("sg"));
  if (subnetIds.length === 0)
    refuse(reader, "subnetIds", "at least one subnet id", reader.fields.subnetIds);
  if (securityGroupIds.length === 0)
    refuse(
      reader,
      "securityGroupIds",
      "at least one security group id",
      reader.fields.securityGroupIds,
    );
  return {
    subnetIds,
    securityGroupIds,
    allowedPrivateCidrs: readPrivateCidrs(reader),
    ipv6: readBoolean(reader, "ipv6", false),
    ...readEndpoint(reader),
  };
}

const ENDPOINT_FIELDS = ["vpcId", "routeTableIds"];

/** Of which VPC the subnets are could only be looked up, and synth works without an account. */
function readEndpoint(vpc: ConfigReader): Pick<VpcAttachment, "dynamodbEndpoint"> {
  const raw = vpc.fields.dynamodbEndpoint;
  if (raw === undefined || raw === false) return {};
  if (!isObject(raw)) {
    refuse(vpc, "dynamodbEndpoint", "{ vpcId, routeTableIds }, since synth looks nothing up", raw);
    return {};
  }
  const path = `${vpc.path}.dynamodbEndpoint`;
  const reader = readerOf(path, raw, ENDPOINT_FIELDS, vpc.problems);
  const { vpcId, routeTableIds: tables } = reader.fields;
  const form = idForm("vpc");
  const isId = typeof vpcId === "string" && form.accepts(vpcId);
  if (!isId) refuse(reader, "vpcId", form.rule, vpcId);
  const routeTableIds = readDistinct(reader, "routeTableIds", idForm("rtb"));
  if (routeTableIds.length === 0)
    refuse(reader, "routeTableIds", "at least one route table id", tables);
  return isId ? { dynamodbEndpoint: { vpcId, routeTableIds } } : {};
}

function idForm(prefix: string) {
  return {
    accepts: (text: string) => new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(text),
    rule: `an id such as ${prefix}-0123456789abcdef0`,
  };
}
