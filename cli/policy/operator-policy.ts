import {
  busName,
  EVENT_SOURCE,
  functionName,
  type HomeTable,
  homeTableName,
  type RegionTable,
  regionTableName,
} from "../../shared/contract.ts";
import { awsRegionOf, type Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import { QUESTIONS } from "../doctor/questions.ts";
import { READ_ACTIONS, type TableActions, WRITE_ACTIONS } from "./table-actions.ts";

/** One statement of a policy, in IAM's words. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

/** Whom a policy is for. */
export interface PolicyOrder {
  /** Whether it may change tasks, plans and what operators set, and ask for checks. */
  readonly writes: boolean;
  /** Whether a key of the account encrypts the tables. */
  readonly hasKey: boolean;
}

/** The least that the commands with `--aws` need of a fleet, as an IAM policy. */
export function operatorPolicy(fleet: Fleet, { writes, hasKey }: PolicyOrder): object {
  const statements = [
    ...tableStatements("Read", fleet, READ_ACTIONS),
    ...doctorStatements(fleet),
    ...(writes ? [...tableStatements("Write", fleet, WRITE_ACTIONS), ...askStatements(fleet)] : []),
    ...(hasKey ? keyStatements(fleet, writes) : []),
  ];
  return { Version: "2012-10-17", Statement: statements };
}

/** One statement for each table: their actions differ. */
function tableStatements(verb: string, fleet: Fleet, actions: TableActions): Statement[] {
  const tables = Object.entries(actions) as [HomeTable | RegionTable, readonly string[]][];
  return tables.map(([table, names]) => ({
    Sid: verb + table.replace(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase()),
    Effect: "Allow",
    Action: names.map((name) => `dynamodb:${name}`),
    Resource: tableArns(fleet, table),
  }));
}

function tableArns(fleet: Fleet, table: HomeTable | RegionTable): string[] {
  const arn = (region: string, name: string) => arnOf(fleet, "dynamodb", region, `table/${name}`);
  if (table !== "plans" && table !== "results")
    return [arn(fleet.home, homeTableName(fleet.name, table))];
  return fleet.regions.map((region) =>
    arn(awsRegionOf(fleet, region.name), regionTableName(fleet.name, table, region.name)),
  );
}

/** The regions of AWS that a fleet is in, also those that are being taken out. */
function regionsOf(fleet: Fleet): RegionName[] {
  const probing = fleet.regions.map(({ name }) => awsRegionOf(fleet, name));
  return [...new Set([fleet.home, ...probing, ...(fleet.retired ?? [])])];
}

/** What `doctor` asks beside items of tables. */
function doctorStatements(fleet: Fleet): Statement[] {
  const { name, home } = fleet;
  const inRegions = (service: string, resource: string) =>
    regionsOf(fleet).map((region) => arnOf(fleet, service, region, resource));
  const { table, expiry, backups, role, schedule, queue, bus, function: config } = QUESTIONS;
  const { tableLimits, functionLimits, metrics, mappings, alarms, rules } = QUESTIONS;
  const allow = (
    Sid: string,
    asked: readonly { readonly action: string }[],
    Resource: string[],
  ) => ({
    ...{ Sid, Effect: "Allow" as const, Resource },
    Action: asked.map(({ action }) => action),
  });
  return [
    allow("AskTables", [table, expiry, backups], inRegions("dynamodb", `table/${name}-*`)),
    allow("AskFunctions", [config], inRegions("lambda", `function:${name}-*`)),
    allow("AskRoles", [role], [arnOf(fleet, "iam", "", `role/${name}-*`)]),
    allow("AskSchedules", [schedule], inRegions("scheduler", `schedule/default/${name}-*`)),
    allow("AskQueues", [queue], inRegions("sqs", `${name}-*`)),
    allow("AskBus", [bus], [arnOf(fleet, "events", home, `event-bus/${busName(name)}`)]),
    // These have no narrower resource that would do. Source: Service Authorization Reference.
    allow("AskAccount", [tableLimits, functionLimits, metrics, mappings, alarms, rules], ["*"]),
  ];
}

/** `check --everywhere` asks probes, and `plan` tells of tasks that do not run as written. */
function askStatements(fleet: Fleet): Statement[] {
  const probe = `function:${functionName(fleet.name, "probe")}`;
  return [
    {
      Sid: "CheckEverywhere",
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: fleet.regions
        .filter(({ agent }) => agent !== true)
        .map(({ name }) => arnOf(fleet, "lambda", name, probe)),
    },
    {
      Sid: "PublishEvents",
      Effect: "Allow",
      Action: ["events:PutEvents"],
      Resource: [arnOf(fleet, "events", fleet.home, `event-bus/${busName(fleet.name)}`)],
      Condition: { StringEquals: { "events:source": EVENT_SOURCE } },
    },
  ];
}

/** The key's id is not known here, but whose it is used through. */
function keyStatements(fleet: Fleet, writes: boolean): Statement[] {
  return [
    {
      Sid: "UseKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", ...(writes ? ["kms:Encrypt", "kms:GenerateDataKey*"] : [])],
      Resource: [arnOf(fleet, "kms", "*", "key/*")],
      Condition: {
        StringEquals: {
          "kms:ViaService": regionsOf(fleet).map((name) => `dynamodb.${name}.amazonaws.com`),
        },
      },
    },
  ];
}

function arnOf({ home }: Fleet, service: string, region: string, resource: string): string {
  return `arn:${partitionOf(home)}:${service}:${region}:*:${resource}`;
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
