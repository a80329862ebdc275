import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { type RegionTable, regionTableName } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import { tableArn, tableStatement } from "../parts/grants.ts";

/** A table of one kind in every probing region. */
function inRegions(scope: IConstruct, fleet: FleetConfig, table: RegionTable): string[] {
  return fleet.regions.map(({ name }) =>
    tableArn(scope, regionTableName(fleet.name, table, name), name),
  );
}

/** Reads the user's tasks, keeps their status, and writes every region's plans. */
export function planPermissions(
  scope: IConstruct,
  fleet: FleetConfig,
  tables: { readonly tasks: Table; readonly taskStatus: Table },
): PolicyStatement[] {
  return [
    tableStatement({ sid: "ReadTasks", actions: ["Scan"], tableArns: [tables.tasks.tableArn] }),
    tableStatement({
      sid: "KeepTaskStatus",
      actions: ["DeleteItem", "PutItem", "Scan"],
      tableArns: [tables.taskStatus.tableArn],
    }),
    tableStatement({
      sid: "WritePlans",
      actions: ["GetItem", "PutItem"],
      tableArns: inRegions(scope, fleet, "plans"),
    }),
  ];
}

/** Reads every region's plans, leases and chunks; keeps the summaries and the alerts' memory. */
export function aggregatePermissions(
  scope: IConstruct,
  fleet: FleetConfig,
  tables: { readonly summaries: Table; readonly alerts: Table },
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
    tableStatement({
      sid: "WriteSummaries",
      actions: ["BatchGetItem", "BatchWriteItem", "PutItem"],
      tableArns: [tables.summaries.tableArn],
    }),
    tableStatement({
      sid: "KeepAlerts",
      actions: ["GetItem", "PutItem"],
      tableArns: [tables.alerts.tableArn],
    }),
    tableStatement({
      sid: "ReadTaskRecords",
      actions: ["Query"],
      tableArns: [tables.alerts.tableArn],
      keys: ["state#*"],
    }),
    // A batch may also delete: it must not reach states and watermark.
    tableStatement({
      sid: "AddToHistory",
      actions: ["BatchWriteItem"],
      tableArns: [tables.alerts.tableArn],
      keys: ["event#*"],
    }),
    tableStatement({
      sid: "ReleaseLock",
      actions: ["DeleteItem"],
      tableArns: [tables.alerts.tableArn],
      keys: ["fleet"],
    }),
  ];
}
