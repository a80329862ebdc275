import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import {
  busName,
  ENV,
  EVENT_SOURCE,
  type HomeTable,
  homeTableName,
  regionTableName,
} from "../shared/contract.ts";
import type { FleetRegion } from "../shared/plan.ts";
import { aggregateAlarms, planAlarms } from "./alarms.ts";
import { AlertEmail } from "./alert-email.ts";
import type { FunctionName } from "./bundle.ts";
import { fleetDashboard } from "./dashboard.ts";
import { EventSchemas } from "./event-schemas.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { FleetFunction } from "./fleet-function.ts";
import { fleetKey } from "./fleet-key.ts";
import { publishStatement, tableArn, tableStatement } from "./grants.ts";
import { logRetention } from "./log-retention.ts";
import { MinuteSchedules } from "./schedules.ts";
import { fleetTable } from "./tables.ts";

export interface ProbeFleetHomeProps {
  readonly fleet: FleetConfig;
}

/** Planning 10,000 tasks takes seconds; a region that does not answer takes its time-outs. */
const PLAN_TIMEOUT = Duration.seconds(50);
const PLAN_MEMORY_MB = 512;

/** Shorter than its run lock (55 s), so that a killed run never blocks the next minute's. */
const AGGREGATE_TIMEOUT = Duration.seconds(50);
const AGGREGATE_MEMORY_MB = 1_769;

/**
 * The home of a fleet: the user's tasks, what is planned of them, the summaries, the alerts, and
 * the bus that they are published on. It probes nothing; it pushes plans out and pulls results in.
 */
export class ProbeFleetHome extends Construct {
  /** Rules on this bus receive the fleet's alerts. */
  readonly bus: IEventBus;
  readonly tasks: Table;
  readonly plan: FleetFunction;
  readonly aggregate: FleetFunction;

  constructor(scope: Construct, id: string, props: ProbeFleetHomeProps) {
    super(scope, id);
    const { fleet } = props;
    const key = fleetKey(this, fleet);
    const table = (name: HomeTable) =>
      fleetTable(this, { table: name, tableName: homeTableName(fleet.name, name), key });
    this.tasks = table("tasks");
    const taskStatus = table("task-status");
    const summaries = table("summaries");
    const alerts = table("alerts");
    this.bus = this.#bus(fleet);
    this.plan = this.#function(fleet, "plan", [
      ...planPermissions(this, fleet, { tasks: this.tasks, taskStatus }),
      publishStatement(this.bus.eventBusArn),
    ]);
    this.aggregate = this.#function(fleet, "aggregate", [
      ...aggregatePermissions(this, fleet, { summaries, alerts }),
      publishStatement(this.bus.eventBusArn),
    ]);
    this.#schedule(fleet);
    planAlarms(this, fleet, this.plan.lambda);
    aggregateAlarms(this, fleet, this.aggregate.lambda);
    fleetDashboard(this, fleet);
    if (fleet.options.schemaRegistry) new EventSchemas(this, "Schemas", fleet);
    if (fleet.alertEmail !== null)
      new AlertEmail(this, "AlertEmail", { bus: this.bus, address: fleet.alertEmail });
  }

  #bus(fleet: FleetConfig): IEventBus {
    const bus = new EventBus(this, "Bus", { eventBusName: busName(fleet.name) });
    bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
    if (fleet.options.eventArchive)
      bus.archive("Archive", {
        archiveName: fleet.name,
        eventPattern: { source: [EVENT_SOURCE] },
        retention: Duration.days(90),
      });
    // EventBus declares an optional property that exact optional types tell from its interface's.
    return bus as IEventBus;
  }

  #function(fleet: FleetConfig, name: FunctionName, permissions: PolicyStatement[]): FleetFunction {
    const title = name === "plan" ? "Plan" : "Aggregate";
    return new FleetFunction(this, title, {
      function: name,
      functionName: `${fleet.name}-${name}`,
      memoryMb: name === "plan" ? PLAN_MEMORY_MB : AGGREGATE_MEMORY_MB,
      timeout: name === "plan" ? PLAN_TIMEOUT : AGGREGATE_TIMEOUT,
      environment: homeEnvironment(fleet),
      permissions,
      logGroup: new LogGroup(this, `${title}Log`, {
        logGroupName: `/aws/lambda/${fleet.name}-${name}`,
        retention: logRetention(fleet.logDays),
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      vpc: null,
      reservedConcurrency: fleet.options.reservedConcurrency ? 1 : null,
    });
  }

  #schedule(fleet: FleetConfig): void {
    const schedules = new MinuteSchedules(this, "Schedules");
    for (const { lambda, name } of [
      { lambda: this.plan.lambda, name: `${fleet.name}-plan` },
      { lambda: this.aggregate.lambda, name: `${fleet.name}-aggregate` },
    ]) {
      schedules.mayInvoke(lambda);
      schedules.everyMinute(name, lambda, {});
    }
  }
}

function planPermissions(
  scope: Construct,
  fleet: FleetConfig,
  tables: { readonly tasks: Table; readonly taskStatus: Table },
): PolicyStatement[] {
  return [
    tableStatement({ sid: "ReadTasks", actions: ["Scan"], tableArns: [tables.tasks.tableArn] }),
    tableStatement({
      sid: "KeepTaskStatus",
      actions: ["Scan", "PutItem", "DeleteItem"],
      tableArns: [tables.taskStatus.tableArn],
    }),
    tableStatement({
      sid: "WritePlans",
      actions: ["GetItem", "PutItem"],
      tableArns: fleet.regions.map((region) =>
        tableArn(scope, regionTableName(fleet.name, "plans", region.name), region.name),
      ),
    }),
  ];
}

function aggregatePermissions(
  scope: Construct,
  fleet: FleetConfig,
  tables: { readonly summaries: Table; readonly alerts: Table },
): PolicyStatement[] {
  const inRegions = (table: "plans" | "results") =>
    fleet.regions.map((region) =>
      tableArn(scope, regionTableName(fleet.name, table, region.name), region.name),
    );
  return [
    tableStatement({ sid: "ReadPlans", actions: ["GetItem"], tableArns: inRegions("plans") }),
    tableStatement({
      sid: "ReadResults",
      actions: ["GetItem", "Query"],
      tableArns: inRegions("results"),
    }),
    tableStatement({
      sid: "WriteSummaries",
      actions: ["GetItem", "PutItem", "BatchWriteItem"],
      tableArns: [tables.summaries.tableArn],
    }),
    tableStatement({
      sid: "KeepAlerts",
      actions: ["GetItem", "Query", "PutItem", "DeleteItem"],
      tableArns: [tables.alerts.tableArn],
    }),
  ];
}

function homeEnvironment(fleet: FleetConfig): Record<string, string> {
  const regions: FleetRegion[] = fleet.regions.map((region) => ({
    name: region.name,
    shards: region.shards,
    vpc: region.vpc !== null,
    ipv6: region.vpc?.ipv6 ?? false,
  }));
  return {
    [ENV.fleet]: fleet.name,
    [ENV.home]: fleet.home,
    [ENV.regions]: JSON.stringify(regions),
    [ENV.alertDefaults]: JSON.stringify(fleet.alertDefaults),
    [ENV.resultDays]: String(fleet.resultDays),
    [ENV.summaryDays]: String(fleet.summaryDays),
    [ENV.bus]: busName(fleet.name),
  };
}
