import type { HomeTable, RegionTable } from "../../shared/contract.ts";

/** Operations of DynamoDB by table. */
export type TableActions = Readonly<Partial<Record<HomeTable | RegionTable, readonly string[]>>>;

/** What commands ask that change nothing. */
export const READ_ACTIONS: TableActions = {
  tasks: ["Scan"],
  settings: ["Query"],
  "task-status": ["Scan"],
  summaries: ["BatchGetItem", "Query"],
  alerts: ["GetItem", "Query"],
  plans: ["GetItem"],
  results: ["GetItem", "Query"],
};

/** What commands ask beside that when they change tasks, plans and what operators set. */
export const WRITE_ACTIONS: TableActions = {
  tasks: ["BatchWriteItem", "DeleteItem"],
  settings: ["BatchWriteItem", "DeleteItem"],
  "task-status": ["DeleteItem", "GetItem", "PutItem"],
  plans: ["PutItem"],
};
