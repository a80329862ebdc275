import type { CapacityMode } from "../contract.ts";
import { MINUTE_MS, SECOND_MS } from "../units.ts";
import { HOURS_PER_MONTH, MINUTES_PER_MONTH, PRICES, type PriceName, priceOf } from "./prices.ts";
import type { TableUnits } from "./summaries.ts";

/** Units a second that a table is provisioned with; auto scaling goes on from there. */
export type Throughput = TableUnits;

/** The tables whose load follows from the tasks alone, minute after minute. */
export type SteadyTable = "summaries" | "results";

/** What units cost in a table class: on demand, and provisioned by the hour. */
export interface UnitPrices {
  readonly onDemand: { readonly writes: PriceName; readonly reads: PriceName };
  readonly provisioned: { readonly writes: PriceName; readonly reads: PriceName };
}

/** What units of a table cost that has no class of its own. */
export const STANDARD_UNITS: UnitPrices = {
  onDemand: { writes: "dynamodbWrites", reads: "dynamodbReads" },
  provisioned: { writes: "capacityWrites", reads: "capacityReads" },
};

/** A steady table: what it does in a minute, and what that costs. */
export interface SteadyLoad {
  readonly table: SteadyTable;
  readonly units: TableUnits;
  readonly prices: UnitPrices;
}

/** The share of its capacity that a table's load takes at rest. */
const USED_AT_REST = 0.7;

/**
 * Of how much use on auto scaling raises a capacity. It takes capacity back only at 20 points below its
 * target: with 70 % as the target, two busy minutes would raise the bill for good.
 */
export const SCALED_AT_PERCENT = 85;

/**
 * In how many seconds a minute's reads are possible at the provisioned rate: users read too, and at
 * once; and no window waits longer than that for its results where DynamoDB grants no burst.
 */
const READ_SECONDS: Readonly<Record<SteadyTable, number>> = { summaries: 20, results: 10 };

/** Of writes and of reads, so that no table is as good as closed to its users. */
const LEAST_UNITS = 5;

/** Four for writes and four for reads: Application Auto Scaling makes them, and CloudWatch bills them. */
export const SCALING_ALARMS = 8;

/** What a table must save a month at least, or it stays on demand. */
const LEAST_SAVING = { dollars: 2, share: 1 / 4 } as const;

/** With what a steady table is provisioned under a mode; null if it is billed on demand. */
export function throughputFor(mode: CapacityMode | "auto", load: SteadyLoad): Throughput | null {
  if (mode === "on-demand") return null;
  const throughput = throughputOf(load);
  if (mode === "provisioned") return throughput;
  const onDemand = unitDollars(load, null);
  const saved = onDemand - unitDollars(load, throughput);
  const isWorthIt = saved >= LEAST_SAVING.dollars && saved >= LEAST_SAVING.share * onDemand;
  return isWorthIt ? throughput : null;
}

/** What a steady table needs for such a load. */
export function throughputOf({ table, units }: Omit<SteadyLoad, "prices">): Throughput {
  const atRest = (aMinute: number) => aMinute / (MINUTE_MS / SECOND_MS) / USED_AT_REST;
  const reads = Math.max(atRest(units.reads), units.reads / READ_SECONDS[table]);
  const whole = (needed: number) => Math.max(LEAST_UNITS, Math.ceil(needed));
  return { writes: whole(atRest(units.writes)), reads: whole(reads) };
}

/** What auto scaling makes of a capacity under such a load; it never goes below the first. */
export function scaledFor(throughput: Throughput, units: TableUnits): Throughput {
  const used = (MINUTE_MS / SECOND_MS) * (SCALED_AT_PERCENT / 100);
  const scaled = (kind: "writes" | "reads") =>
    Math.max(throughput[kind], Math.ceil(units[kind] / used));
  return { writes: scaled("writes"), reads: scaled("reads") };
}

/** What a steady table's writes and reads cost a month, with the alarms that scale them. */
export function unitDollars({ units, prices }: SteadyLoad, throughput: Throughput | null): number {
  const { prices: listed } = PRICES;
  const sum = (names: UnitPrices["onDemand"], { writes, reads }: TableUnits, times: number) =>
    priceOf(listed[names.writes], writes * times) + priceOf(listed[names.reads], reads * times);
  if (throughput === null) return sum(prices.onDemand, units, MINUTES_PER_MONTH);
  const alarms = priceOf(listed.alarms, SCALING_ALARMS);
  return sum(prices.provisioned, throughput, HOURS_PER_MONTH) + alarms;
}
