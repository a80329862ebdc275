import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { alertLines } from "./alerts.ts";
import { clockLines } from "./clocks.ts";
import { databaseLines } from "./database.ts";
import { functionLines } from "./functions.ts";
import type { CostFleet } from "./load.ts";
import { type CostLine, MINUTES_PER_MONTH, type PriceTable, priceOf } from "./prices.ts";
import { secretLines } from "./secrets.ts";
import { usageOf } from "./usage.ts";
import { watchLines } from "./watching.ts";

/** What a fleet costs in a month. */
export interface Estimate {
  readonly lines: readonly CostLine[];
  readonly taskCount: number;
  readonly checksPerMonth: number;
  /** In a month in which everything is stored for its full time. */
  readonly dollars: number;
  /** The part for storage: it grows from 0 over the days for which data is stored. */
  readonly storageDollars: number;
}

/** What a fleet costs in a month, line by line; no free allowance is subtracted. */
export function estimateCost(
  fleet: CostFleet,
  tasks: readonly Task[],
  table: PriceTable,
): Estimate {
  const usage = usageOf(fleet, tasks);
  const quantities = [
    ...databaseLines(fleet, usage),
    ...functionLines(tasks, usage),
    ...alertLines(tasks.length, usage),
    ...watchLines(fleet, tasks, usage),
    ...clockLines(fleet, usage),
    ...secretLines(fleet),
  ];
  const lines = quantities.map((line) => ({
    ...line,
    dollars: priceOf(table.prices[line.price], line.quantity),
  }));
  const isStored = ({ price }: CostLine) => price === "dynamodbStorage" || price === "logStorage";
  return {
    lines,
    taskCount: tasks.length,
    checksPerMonth: usage.checks * MINUTES_PER_MONTH,
    dollars: sumOf(lines, ({ dollars }) => dollars),
    storageDollars: sumOf(lines.filter(isStored), ({ dollars }) => dollars),
  };
}
