import { sumOf } from "../sum-of.ts";
import { type Task, usesConnection } from "../task/task.ts";
import { alertLines } from "./alerts.ts";
import { burstLines } from "./bursts.ts";
import { clockLines } from "./clocks.ts";
import { databaseLines } from "./database.ts";
import { functionLines } from "./functions.ts";
import type { CostFleet } from "./load.ts";
import {
  type CostLine,
  MINUTES_PER_MONTH,
  type PriceName,
  type PriceTable,
  priceOf,
} from "./prices.ts";
import { countedTables } from "./result-tables.ts";
import { secretLines } from "./secrets.ts";
import { statusPageLines } from "./status-page.ts";
import { type UnitsByTable, type Usage, usageOf } from "./usage.ts";
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
  /** The part for TLS, dialogues and held connections: what the same tasks cost more than plain ones. */
  readonly deeperDollars: number;
}

const STORAGE: readonly PriceName[] = ["dynamodbStorage", "infrequentStorage", "logStorage"];

/**
 * What a fleet costs in a month, line by line; no free allowance is subtracted. Units that were
 * counted may take the place of those that the model says.
 */
export function estimateCost(
  fleet: CostFleet,
  tasks: readonly Task[],
  table: PriceTable,
  counted: Partial<UnitsByTable> = {},
): Estimate {
  const modelled = usageOf(fleet, tasks);
  const usage = {
    ...modelled,
    units: { ...modelled.units, ...counted },
    results: countedTables(modelled.results, counted.results ?? modelled.units.results),
  };
  const lines = linesOf(fleet, tasks, usage, table);
  const dollars = dollarsOf(lines);
  const isStored = ({ price }: CostLine) => STORAGE.includes(price);
  return {
    lines,
    taskCount: tasks.length,
    checksPerMonth: usage.checks * MINUTES_PER_MONTH,
    dollars,
    storageDollars: dollarsOf(lines.filter(isStored)),
    deeperDollars: tasks.some(usesConnection) ? dollars - plainDollars(fleet, tasks, table) : 0,
  };
}

function linesOf(
  fleet: CostFleet,
  tasks: readonly Task[],
  usage: Usage,
  table: PriceTable,
): CostLine[] {
  const quantities = [
    ...databaseLines(fleet, usage),
    ...functionLines(tasks, usage),
    ...burstLines(
      fleet.regions,
      usage.shards.map(({ bursts }) => bursts),
      fleet.watch,
    ),
    ...alertLines(tasks, usage),
    ...watchLines(fleet, tasks, usage),
    ...clockLines(fleet, usage),
    ...secretLines(fleet),
    ...statusPageLines(fleet, tasks.length),
  ];
  return quantities.map((line) => ({
    ...line,
    dollars: priceOf(table.prices[line.price], line.quantity),
  }));
}

function dollarsOf(lines: readonly CostLine[]): number {
  return sumOf(lines, ({ dollars }) => dollars);
}

/** What the same tasks would cost without what they ask for beyond a handshake. */
function plainDollars(fleet: CostFleet, tasks: readonly Task[], table: PriceTable): number {
  const plain = tasks.map(({ tls, greeting, dialogue, hold, ...task }): Task => task);
  return dollarsOf(linesOf(fleet, plain, usageOf(fleet, plain), table));
}
