import {
  HOME_MEMORY_MB,
  MINUTES_PER_MONTH,
  PRICES,
  type PriceName,
  priceOf,
  type TableUnits,
  type UnitsByTable,
} from "../../shared/cost/cost.ts";
import type { Row } from "../report.ts";
import { attemptUnits } from "./attempt-design.ts";
import type { Counted } from "./run-fleet.ts";
import { type Size, showSize } from "./size.ts";

/** What a probe gets for any of these sizes where nothing else is said. */
export const PROBE_MB = 128;

/** A fleet's run, and what the model makes of the same tasks. */
export interface Measured {
  readonly size: Size;
  readonly counted: Counted;
  readonly model: UnitsByTable;
}

function totalOf(units: Iterable<TableUnits>): TableUnits {
  let writes = 0;
  let reads = 0;
  for (const each of units) {
    writes += each.writes;
    reads += each.reads;
  }
  return { writes, reads };
}

function dollarsOf({ writes, reads }: TableUnits): number {
  return price("dynamodbWrites", writes) + price("dynamodbReads", reads);
}

function price(name: PriceName, quantity: number): number {
  return priceOf(PRICES.prices[name], quantity);
}

function gbSecondsOf({ invocations }: Counted): number {
  const memoryMb = { probe: PROBE_MB, publish: 0, ...HOME_MEMORY_MB };
  const each = [...invocations].map(([name, { seconds }]) => (seconds * memoryMb[name]) / 1_024);
  return each.reduce((sum, gbSeconds) => sum + gbSeconds, 0);
}

function invocationsOf({ invocations }: Counted): number {
  return [...invocations.values()].reduce((sum, { count }) => sum + count, 0);
}

/** DynamoDB, Lambda, Scheduler and EventBridge; what is by the month is in `synfleet cost`. */
function runDollars(counted: Counted): number {
  const invocations = invocationsOf(counted);
  return (
    dollarsOf(totalOf(counted.units.values())) +
    price("lambdaCompute", gbSecondsOf(counted)) +
    price("lambdaRequests", invocations) +
    price("scheduler", invocations) +
    price("events", counted.eventCount)
  );
}

/** The same run with an item an attempt in the place of chunks; leases stay. */
function attemptDollars({ counted }: Measured): number {
  const isChunk = (key: string) => /-results-.* (PutItem|Query)$/.test(key);
  const others = [...counted.units].filter(([key]) => !isChunk(key)).map(([, units]) => units);
  return dollarsOf(totalOf([...others, attemptUnits(counted.results)]));
}

/** One fleet in one row: its units, and what they cost. */
export function rowOf(measured: Measured): Row {
  const { size, counted, model } = measured;
  const { minutes } = counted;
  const units = totalOf(counted.units.values());
  const perMillion = (dollars: number) => (dollars / counted.results.length) * 1e6;
  const modelled = totalOf(Object.values(model));
  return {
    fleet: showSize(size),
    "checks a minute": counted.results.length / minutes,
    "write units": units.writes / minutes,
    "read units": units.reads / minutes,
    "Lambda GB-s": (gbSecondsOf(counted) / minutes).toFixed(1),
    invocations: invocationsOf(counted) / minutes,
    events: counted.eventCount / minutes,
    "log bytes": counted.logBytes / minutes,
    "DynamoDB, $ a million checks": perMillion(dollarsOf(units)).toFixed(3),
    "an item an attempt, $": perMillion(attemptDollars(measured)).toFixed(3),
    "all that runs, $ a million": perMillion(runDollars(counted)).toFixed(3),
    "$ a month": ((runDollars(counted) / minutes) * MINUTES_PER_MONTH).toFixed(2),
    "model, DynamoDB": percentOff(dollarsOf(modelled), dollarsOf(units) / minutes),
  };
}

function percentOff(modelled: number, counted: number): string {
  return `${(100 * (modelled / counted - 1)).toFixed(1)} %`;
}

/** `local-results-eu-west-1 PutItem` → `results`. */
function tableOf(key: string): string {
  return /^local-(tasks|task-status|summaries|alerts|plans|results)\b/.exec(key)?.[1] ?? key;
}

/** One fleet's units by table, beside the model's. */
export function tableRows({ size, counted, model }: Measured): Row[] {
  const byTable = Map.groupBy(counted.units, ([key]) => tableOf(key));
  return Object.entries(model).map(([table, modelled]) => {
    const units = totalOf((byTable.get(table) ?? []).map(([, each]) => each));
    return {
      fleet: showSize(size),
      table,
      writes: units.writes / counted.minutes,
      "writes, model": Number(modelled.writes.toFixed(2)),
      reads: units.reads / counted.minutes,
      "reads, model": Number(modelled.reads.toFixed(2)),
    };
  });
}
