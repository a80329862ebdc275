import { Duration, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { type Table, TableClass } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import {
  busName,
  EVENT_SOURCE,
  functionName,
  type HomeTable,
  homeTableName,
} from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import { expectedSummaryTable } from "../config/steady-tables.ts";
import { watchHome } from "../observe/watch-home.ts";
import { acknowledge } from "../parts/acknowledge.ts";
import { FleetFunction } from "../parts/fleet-function.ts";
import { fleetKey } from "../parts/fleet-key.ts";
import { deadManEnvironment, homeEnvironment } from "../parts/function-environment.ts";
import { publishStatement } from "../parts/grants.ts";
import { MailTopic } from "../parts/mail-topic.ts";
import { MinuteSchedules } from "../parts/schedules.ts";
import { type FleetTableProps, fleetTable } from "../parts/tables.ts";
import { AlertEmail } from "./alert-email.ts";
import { EventSchemas } from "./event-schemas.ts";
import { aggregatePermissions, planPermissions } from "./home-permissions.ts";
import { publicStatusPage } from "./public-status-page.ts";

/** The fleet whose home this is. */
export interface ProbeFleetHomeProps {
  readonly fleet: FleetConfig;
}

/** To plan 10,000 tasks takes seconds; to summarise them takes a whole CPU, which 1,769 MB give. */
const MEMORY_MB = { plan: 512, aggregate: 1_769 } as const;

/**
 * Of aggregate's, one is the minute's run. The others are for hints: one of them looks, or the run
 * itself does, and the rest say so in the lock and end at once.
 */
const CONCURRENT_INVOCATIONS = { plan: 1, aggregate: 10 } as const;

/** Said in either case: what a template no longer says stays as it is. */
const TABLE_CLASSES = {
  standard: TableClass.STANDARD,
  infrequent: TableClass.STANDARD_INFREQUENT_ACCESS,
} as const;

function summaryTable(fleet: FleetConfig): Pick<FleetTableProps, "tableClass" | "throughput"> {
  const { tableClass, throughput } = expectedSummaryTable(fleet);
  return { tableClass: TABLE_CLASSES[tableClass], throughput };
}

/** How long the archive keeps events for replay. */
const ARCHIVE_DAYS = 90;

/**
 * The home of a fleet: the tables of tasks, settings, status, summaries and alerts, the bus that alerts
 * are published on, and the plan and aggregate functions. It pushes plans out and pulls results in.
 */
export class ProbeFleetHome extends Construct {
  /** The bus on which the fleet publishes its alerts. */
  readonly bus: IEventBus;
  readonly tasks: Table;
  readonly plan: FleetFunction;
  readonly aggregate: FleetFunction;
  /** The alarms, so that the user can add actions. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ProbeFleetHomeProps) {
    super(scope, id);
    const { fleet } = props;
    const key = fleetKey(this, fleet);
    const table = (name: HomeTable) =>
      fleetTable(this, {
        table: name,
        tableName: homeTableName(fleet.name, name),
        key,
        isProtected: fleet.options.terminationProtection,
        ...(name === "summaries" && summaryTable(fleet)),
      });
    this.tasks = table("tasks");
    const settings = table("settings");
    const taskStatus = table("task-status");
    const summaries = table("summaries");
    const alerts = table("alerts");
    const tables = { tasks: this.tasks, settings, "task-status": taskStatus, summaries, alerts };
    this.bus = this.#bus(fleet);
    this.plan = this.#function(
      fleet,
      "plan",
      planPermissions(this, fleet, { tasks: this.tasks, settings, taskStatus }),
    );
    this.aggregate = this.#function(
      fleet,
      "aggregate",
      aggregatePermissions(this, fleet, { settings, summaries, alerts }),
    );
    if (fleet.options.hints) this.#acknowledgeRequests(fleet);
    const page = publicStatusPage(this, fleet, tables);
    new MinuteSchedules(this, "Schedules", [
      { name: `${fleet.name}-plan`, target: this.plan.lambda, input: {} },
      { name: `${fleet.name}-aggregate`, target: this.aggregate.lambda, input: {} },
      ...(page === null
        ? []
        : [{ name: `${fleet.name}-publish`, target: page.publish.lambda, input: {} }]),
    ]);
    this.alarms = watchHome(this, fleet, this);
    if (fleet.options.schemaRegistry) new EventSchemas(this, "Schemas", fleet);
    if (fleet.alertEmail !== null) this.#mail(fleet.alertEmail);
  }

  #bus(fleet: FleetConfig): IEventBus {
    const bus = new EventBus(this, "Bus", { eventBusName: busName(fleet.name) });
    bus.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    if (fleet.options.eventArchive)
      bus.archive("Archive", {
        archiveName: fleet.name,
        eventPattern: { source: [EVENT_SOURCE] },
        retention: Duration.days(ARCHIVE_DAYS),
      });
    // Under exactOptionalPropertyTypes, EventBus is not assignable to its own interface.
    return bus as IEventBus;
  }

  #function(
    fleet: FleetConfig,
    name: "plan" | "aggregate",
    permissions: readonly PolicyStatement[],
  ): FleetFunction {
    return new FleetFunction(this, name === "plan" ? "Plan" : "Aggregate", {
      fleet,
      function: name,
      memoryMb: MEMORY_MB[name],
      environment: {
        ...homeEnvironment(fleet),
        ...(name === "aggregate" && deadManEnvironment(fleet)),
      },
      permissions: [...permissions, publishStatement(this.bus.eventBusArn)],
      vpc: null,
      reservedConcurrency: fleet.options.reservedConcurrency ? CONCURRENT_INVOCATIONS[name] : null,
    });
  }

  #acknowledgeRequests(fleet: FleetConfig): void {
    const { account, partition } = Stack.of(this);
    // Unresolved, they are shown by their names; a partition is, in apps without partition literals.
    const [inPartition, ofAccount] = [
      Token.isUnresolved(partition) ? "<AWS::Partition>" : partition,
      Token.isUnresolved(account) ? "<AWS::AccountId>" : account,
    ];
    const name = functionName(fleet.name, "probe");
    acknowledge(
      this.aggregate.role,
      [`AwsSolutions-IAM5[Resource::arn:${inPartition}:lambda:*:${ofAccount}:function:${name}]`],
      "The function is named, and a condition names the regions.",
    );
  }

  #mail(address: string): void {
    const mail = new MailTopic(this, "Mail", { address, alarms: this.alarms });
    new AlertEmail(this, "AlertEmail", { bus: this.bus, mail });
  }
}
