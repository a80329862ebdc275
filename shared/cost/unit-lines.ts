import { sumOf } from "../sum-of.ts";
import { SCALING_ALARMS, STANDARD_UNITS, scaledFor, type UnitPrices } from "./capacity.ts";
import { HOURS_PER_MONTH, MINUTES_PER_MONTH, type PriceName, type Quantity } from "./prices.ts";
import type { ResultTable } from "./result-tables.ts";
import { classPrices, type SummaryTable } from "./table-class.ts";
import type { Usage } from "./usage.ts";

type Kind = "writes" | "reads";

const SUMMARY_WORDS: Readonly<Record<Kind, string>> = {
  writes: "writes: summaries of minutes, hours and days",
  reads: "reads: minutes and hours, to pack them",
};

const RESULT_WORDS: Readonly<Record<Kind, string>> = {
  writes: "writes: results and leases",
  reads: "reads: results and leases",
};

const REST_WORDS: Readonly<Record<Kind, string>> = {
  writes: "writes: plans and state",
  reads: "reads: tasks, plans and state",
};

/** The lines for what is written and read: by the request, or by the hour where a table is provisioned. */
export function unitLines(usage: Usage, { tableClass, throughput }: SummaryTable): Quantity[] {
  const summaries = { units: usage.units.summaries, throughput };
  const results = [...usage.results.values()];
  const prices = classPrices(tableClass).units;
  const lines = (["writes", "reads"] as const).flatMap((kind) => [
    ...tableLines([summaries], { kind, what: SUMMARY_WORDS[kind], prices }),
    ...tableLines(results, { kind, what: RESULT_WORDS[kind], prices: STANDARD_UNITS }),
    restLine(usage, kind),
  ]);
  return [...lines, ...scalingLines([summaries, ...results])];
}

interface Words {
  readonly kind: Kind;
  readonly what: string;
  readonly prices: UnitPrices;
}

function tableLines(tables: readonly ResultTable[], { kind, what, prices }: Words): Quantity[] {
  const service = "DynamoDB";
  const onDemand = tables.filter(({ throughput }) => throughput === null);
  const provisioned = tables.flatMap(({ throughput, units }) =>
    throughput === null ? [] : scaledFor(throughput, units),
  );
  const units = monthly(
    what,
    prices.onDemand[kind],
    sumOf(onDemand, (table) => table.units[kind]),
  );
  const quantity = sumOf(provisioned, (throughput) => throughput[kind]) * HOURS_PER_MONTH;
  const price = prices.provisioned[kind];
  return [
    ...(onDemand.length > 0 || tables.length === 0 ? [units] : []),
    ...(provisioned.length > 0 ? [{ service, what: `capacity for ${what}`, price, quantity }] : []),
  ];
}

function restLine({ units }: Usage, kind: Kind): Quantity {
  const { summaries: _summaries, results: _results, ...rest } = units;
  const aMinute = sumOf(Object.values(rest), (table) => table[kind]);
  return monthly(REST_WORDS[kind], kind === "writes" ? "dynamodbWrites" : "dynamodbReads", aMinute);
}

function monthly(what: string, price: PriceName, aMinute: number): Quantity {
  return { service: "DynamoDB", what, price, quantity: aMinute * MINUTES_PER_MONTH };
}

/** The alarms by which capacity is scaled; none, no line. */
function scalingLines(tables: readonly Pick<ResultTable, "throughput">[]): Quantity[] {
  const provisioned = tables.filter(({ throughput }) => throughput !== null);
  const quantity = provisioned.length * SCALING_ALARMS;
  const what = "alarms that scale capacity";
  return quantity === 0 ? [] : [{ service: "CloudWatch", what, price: "alarms", quantity }];
}
