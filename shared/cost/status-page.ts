import { readUnits } from "../item-size.ts";
import type { CostFleet } from "./load.ts";
import { MINUTES_PER_MONTH, type Quantity } from "./prices.ts";

const MEMORY_GB = 256 / 1_024;

/** A run reads some tables, makes texts and writes two files. */
const SECONDS = 1;

/** The page and its list change each minute, because both say as of when they are. */
const FILES_A_MINUTE = 2;

/** A task, its record and its place in a bundle. */
const BYTES_A_TASK = 600;

/** The parts of two days in which events are, asked for the page and for the day's uptime, and single items. */
const QUERIES_A_MINUTE = 45;

/** The lines for a public status page; none without it. What visitors read is within CloudFront's free tier. */
export function statusPageLines(
  { hasStatusPage, regions }: CostFleet,
  taskCount: number,
): Quantity[] {
  if (hasStatusPage !== true) return [];
  const reads =
    QUERIES_A_MINUTE * 0.5 + readUnits(taskCount * BYTES_A_TASK, "strong") + regions.length;
  const what = "status page";
  const monthly = (quantity: number) => quantity * MINUTES_PER_MONTH;
  return [
    { service: "Lambda", what, price: "lambdaCompute", quantity: monthly(SECONDS * MEMORY_GB) },
    { service: "Lambda", what, price: "lambdaRequests", quantity: monthly(1) },
    { service: "EventBridge Scheduler", what, price: "scheduler", quantity: monthly(1) },
    { service: "DynamoDB", what, price: "dynamodbReads", quantity: monthly(reads) },
    { service: "S3", what, price: "siteWrites", quantity: monthly(FILES_A_MINUTE) },
  ];
}
