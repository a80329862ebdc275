import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import { type HomeTable, type RegionTable, regionTableName } from "../../shared/contract.ts";
import { awsRegionOf } from "../../shared/plan/plan.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import { placeFacts } from "../config/fleet-facts.ts";
import { requestStatements, tableArn, tableStatement } from "../parts/grants.ts";
import { secretStatements } from "../parts/secret-grants.ts";

/** The ARNs of a table in every probing region, and of those of locations, which are at home. */
function inRegions(scope: IConstruct, fleet: FleetConfig, table: RegionTable): string[] {
  const places = placeFacts(fleet);
  return places.map(({ name }) => {
    const region = awsRegionOf({ home: fleet.home, regions: places }, name);
    return tableArn(scope, regionTableName(fleet.name, table, name), region);
  });
}

/** Only people write settings. */
function readSettings(settings: Table): PolicyStatement {
  return tableStatement({
    sid: "ReadSettings",
    actions: ["Query"],
    tableArns: [settings.tableArn],
  });
}

/** What plan may do: read the user's tasks and settings, keep their status, and write every region's plans. */
export function planPermissions(
  scope: IConstruct,
  fleet: FleetConfig,
  tables: { readonly tasks: Table; readonly settings: Table; readonly taskStatus: Table },
): PolicyStatement[] {
  return [
    tableStatement({ sid: "ReadTasks", actions: ["Scan"], tableArns: [tables.tasks.tableArn] }),
    readSettings(tables.settings),
    tableStatement({
      sid: "KeepTaskStatus",
      actions: ["DeleteItem", "GetItem", "PutItem", "Scan"],
      tableArns: [tables.taskStatus.tableArn],
    }),
    tableStatement({
      sid: "WritePlans",
      actions: ["GetItem", "PutItem"],
      tableArns: inRegions(scope, withRetired(fleet), "plans"),
    }),
  ];
}

/** A retired region is told so by its plan. */
function withRetired({ regions, retired, ...fleet }: FleetConfig): FleetConfig {
  return { ...fleet, retired, regions: [...regions, ...retired] };
}

/**
 * What aggregate may do: read every region's plans and results and the user's settings, keep summaries
 * and alerts, and ask every region's probes to check at once.
 */
export function aggregatePermissions(
  scope: IConstruct,
  fleet: FleetConfig,
  tables: { readonly settings: Table; readonly summaries: Table; readonly alerts: Table },
): PolicyStatement[] {
  return [
    tableStatement({
      sid: "ReadPlans",
      actions: ["GetItem"],
      tableArns: inRegions(scope, fleet, "plans"),
    }),
    tableStatement({
      sid: "ReadResults",
      actions: ["GetItem", "Query"],
      tableArns: inRegions(scope, fleet, "results"),
    }),
    readSettings(tables.settings),
    tableStatement({
      sid: "WriteSummaries",
      actions: ["BatchGetItem", "GetItem", "PutItem", "Query"],
      tableArns: [tables.summaries.tableArn],
    }),
    tableStatement({
      sid: "KeepAlerts",
      actions: ["GetItem", "PutItem"],
      tableArns: [tables.alerts.tableArn],
    }),
    tableStatement({
      sid: "ReadRecordsAndHints",
      actions: ["Query"],
      tableArns: [tables.alerts.tableArn],
      keys: ["state#*", "hint#*"],
    }),
    // A batch write may also delete, so it must not reach the states and the watermark.
    tableStatement({
      sid: "AddToHistory",
      actions: ["BatchWriteItem"],
      tableArns: [tables.alerts.tableArn],
      keys: ["event#*"],
    }),
    tableStatement({
      sid: "KeepLock",
      actions: ["DeleteItem", "UpdateItem"],
      tableArns: [tables.alerts.tableArn],
      keys: ["fleet"],
    }),
    ...requestStatements(scope, fleet),
    ...deadManStatements(scope, fleet),
  ];
}

/** Home's aggregate may read one secret: where its dead man is. */
function deadManStatements(
  scope: IConstruct,
  { deadMan, secretKeys }: FleetConfig,
): PolicyStatement[] {
  return deadMan === null ? [] : secretStatements(scope, { secrets: [deadMan.url], secretKeys });
}

/** What publish may do: read how the tasks are, and write the files of the status page. */
export function publishPermissions(
  scope: IConstruct,
  fleet: FleetConfig,
  {
    tables,
    bucket,
  }: { readonly tables: Readonly<Record<HomeTable, Table>>; readonly bucket: IBucket },
): PolicyStatement[] {
  const { tasks, settings, summaries, alerts } = tables;
  return [
    tableStatement({
      sid: "ReadTasks",
      actions: ["Scan"],
      tableArns: [tasks.tableArn, tables["task-status"].tableArn],
    }),
    readSettings(settings),
    tableStatement({
      sid: "ReadHistory",
      actions: ["GetItem", "Query"],
      tableArns: [summaries.tableArn, alerts.tableArn],
    }),
    tableStatement({
      sid: "ReadPlans",
      actions: ["GetItem"],
      tableArns: inRegions(scope, fleet, "plans"),
    }),
    new PolicyStatement({
      sid: "WriteSite",
      actions: ["s3:PutObject"],
      resources: [bucket.arnForObjects("*")],
    }),
  ];
}
