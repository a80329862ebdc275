import {
  type CostFleet,
  type CostLine,
  type Estimate,
  MINUTES_PER_MONTH,
  PRICES,
} from "../../shared/cost/cost.ts";
import { showCount } from "../../terminal/count.ts";
import { formatTable, left, right } from "../../terminal/table.ts";
import type { Io } from "../command/io.ts";

const NOT_INCLUDED =
  "Not included: free allowances, alerts, what you read yourself, e-mails, keys and archives of your own, a VPC's gateways, tax.";

/** An estimate as one JSON document. */
export function estimateDocument(fleet: CostFleet, estimate: Estimate) {
  return {
    tasks: estimate.taskCount,
    regions: fleet.regions,
    watch: fleet.watch,
    checks_a_month: Math.round(estimate.checksPerMonth),
    prices: { as_of: PRICES.asOf, region: PRICES.region },
    lines: estimate.lines.map(({ service, what, price, quantity, dollars }) => ({
      service,
      what,
      quantity,
      unit: PRICES.prices[price].unit,
      unit_price: PRICES.prices[price].dollars,
      dollars,
    })),
    dollars_a_month: estimate.dollars,
    storage_dollars: estimate.storageDollars,
    deeper_dollars: estimate.deeperDollars,
    dollars_per_1000_tasks: perThousandTasks(estimate),
    dollars_per_million_checks: perMillionChecks(estimate),
  };
}

/** Prints an estimate as a table of its lines and, beneath it, the sums in sentences. */
export function printEstimate(io: Io, fleet: CostFleet, estimate: Estimate): void {
  const columns = [
    left("SERVICE"),
    left("WHAT"),
    right("QUANTITY"),
    right("PRICE"),
    right("MONTH"),
  ];
  for (const line of formatTable(columns, estimate.lines.map(rowOf))) io.out(line);
  for (const line of ["", ...sentencesOf(fleet, estimate)]) io.out(line);
}

function rowOf({ service, what, price, quantity, dollars }: CostLine): string[] {
  const { dollars: unitDollars, per, unit } = PRICES.prices[price];
  return [
    service,
    what,
    showQuantity(quantity / per),
    `${showPrice(unitDollars)} per ${unit}`,
    showDollars(dollars),
  ];
}

function sentencesOf(fleet: CostFleet, estimate: Estimate): string[] {
  const { dollars, storageDollars, deeperDollars, taskCount, checksPerMonth } = estimate;
  const tasks = showCount(taskCount, "task");
  const regions = showCount(fleet.regions.length, "region");
  const everyMinute = showQuantity(checksPerMonth / MINUTES_PER_MONTH);
  return [
    `${tasks} in ${regions}, ${everyMinute} checks a minute: ${showDollars(dollars)} a month.`,
    `Of it ${showDollars(storageDollars)} for storage, once what is kept has reached its age.`,
    sizesSentence(fleet),
    ...(deeperDollars === 0
      ? []
      : [`Of it ${showDollars(deeperDollars)} for TLS, dialogues and held connections.`]),
    `Per 1,000 tasks ${showDollars(perThousandTasks(estimate))}, per million checks ${showDollars(perMillionChecks(estimate))}.`,
    `List prices of ${PRICES.region}, ${PRICES.asOf}. ${NOT_INCLUDED}`,
  ];
}

/** Regions of one size are counted, so that ten alike are one thing to read. */
function sizesSentence({ regions }: CostFleet): string {
  const counts = new Map<string, number>();
  for (const { shards, memoryMb } of regions) {
    const size = `${showCount(shards, "shard")} of ${memoryMb} MB`;
    counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  const listed = [...counts].map(([size, count]) => `${size} in ${showCount(count, "region")}`);
  return `Probes: ${listed.join(", ")}.`;
}

function perThousandTasks({ dollars, taskCount }: Estimate): number {
  return taskCount === 0 ? 0 : (dollars / taskCount) * 1_000;
}

function perMillionChecks({ dollars, checksPerMonth }: Estimate): number {
  return checksPerMonth === 0 ? 0 : (dollars / checksPerMonth) * 1e6;
}

function showDollars(dollars: number): string {
  return `$${dollars.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** Unit prices may have digits beyond the cent. */
function showPrice(dollars: number): string {
  return `$${dollars.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`;
}

function showQuantity(quantity: number): string {
  return quantity.toLocaleString("en-US", { maximumFractionDigits: quantity < 10 ? 3 : 1 });
}
