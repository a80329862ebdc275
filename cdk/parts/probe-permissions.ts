import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { tableStatement } from "./grants.ts";

/** May read plans, read and move leases, and store chunks, but not read a result. */
export function probePermissions(plans: Table, results: Table): PolicyStatement[] {
  return [
    tableStatement({ sid: "ReadPlans", actions: ["GetItem"], tableArns: [plans.tableArn] }),
    tableStatement({
      sid: "ReadLeases",
      actions: ["GetItem"],
      tableArns: [results.tableArn],
      keys: ["lease#*"],
    }),
    tableStatement({ sid: "StoreResults", actions: ["PutItem"], tableArns: [results.tableArn] }),
  ];
}
