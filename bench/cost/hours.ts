import { parseArgs } from "node:util";
import {
  DEPLOYED,
  type Estimate,
  estimateCost,
  MINUTES_PER_MONTH,
  PRICES,
  plainTasks,
  type UnitsByTable,
  usageOf,
} from "../../shared/cost/cost.ts";
import { sumOf } from "../../shared/sum-of.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { REGION_NAMES } from "../region-names.ts";
import { publish, type Row } from "../report.ts";
import { readSize, type Size, showSize } from "./size.ts";
import { countHours, regionsFor, type SteadyHours } from "./steady/count-hours.ts";

// The database's units of an hour of a fleet as it would be deployed, counted in virtual time, beside
// what `synfleet cost` says, and the month's bill with either.
// `npx node bench/cost/hours.ts [--size 10000x10x15 …] [--json]`, some half an hour for the largest.

const SIZES: readonly Size[] = ["100x5x60", "1000x5x30", "10000x10x15"].map(readSize);

const SHOWN_EVERY = 20;

interface Measured {
  readonly size: Size;
  readonly counted: SteadyHours;
  readonly model: UnitsByTable;
  /** Writes a minute after lost checks, as modelled. */
  readonly losses: number;
  readonly dollars: { readonly counted: number; readonly modelled: number };
}

async function measure(size: Size): Promise<Measured> {
  const tasks = plainTasks(size.tasks, size.scheduleSeconds * SECOND_MS);
  const regions = regionsFor(REGION_NAMES.slice(0, size.regions), tasks);
  const fleet = { ...DEPLOYED, home: regions[0]?.name ?? "", regions };
  const counted = await countHours(regions, tasks, (minute, count) => {
    if (minute % SHOWN_EVERY === 0)
      process.stderr.write(`${showSize(size)}: minute ${minute} of ${count}\n`);
  });
  const usage = usageOf(fleet, tasks);
  const modelled = estimateCost(fleet, tasks, PRICES);
  const handovers = sumOf(usage.shards, ({ bursts }) => bursts?.messageCount ?? 0);
  const losses = unitsOfLine(modelled, "writes: states after lost checks");
  const units = withoutLosses(withHandovers(counted.units, handovers), losses);
  return {
    size,
    counted,
    model: usage.units,
    losses,
    dollars: {
      modelled: modelled.dollars,
      counted: estimateCost(fleet, tasks, PRICES, units).dollars,
    },
  };
}

type Units = SteadyHours["units"];

/** What probes with a queue write and read to hand over is not played: it is as modelled. */
function withHandovers(units: Units, count: number): Units {
  const { writes, reads } = units.results;
  return { ...units, results: { writes: writes + count, reads: reads + 2 * count } };
}

/** The writes after lost checks are a line of their own on the bill. */
function withoutLosses(units: Units, losses: number): Units {
  return { ...units, alerts: { ...units.alerts, writes: units.alerts.writes - losses } };
}

function unitsOfLine({ lines }: Estimate, what: string): number {
  const line = lines.find((one) => one.what === what);
  if (line === undefined) throw new Error(`The bill has no line ${what}`);
  return line.quantity / MINUTES_PER_MONTH;
}

function tableRows({ size, counted, model, losses }: Measured): Row[] {
  return Object.entries(model).map(([table, modelled]) => {
    const own = counted.units[table as keyof UnitsByTable];
    const modelledWrites = modelled.writes + (table === "alerts" ? losses : 0);
    return {
      fleet: showSize(size),
      table,
      writes: own.writes.toFixed(1),
      "writes, model": modelledWrites.toFixed(1),
      reads: own.reads.toFixed(1),
      "reads, model": modelled.reads.toFixed(1),
    };
  });
}

function billRow({ size, counted, dollars }: Measured): Row {
  return {
    fleet: showSize(size),
    "checks a minute": Math.round(counted.checks),
    "bytes a check": counted.bytesACheck.toFixed(2),
    "$ a month, counted": dollars.counted.toFixed(2),
    "$ a month, model": dollars.modelled.toFixed(2),
  };
}

const { values } = parseArgs({
  options: { size: { type: "string", multiple: true }, json: { type: "boolean" } },
});
const measured: Measured[] = [];
for (const size of values.size?.map(readSize) ?? SIZES) measured.push(await measure(size));
publish(
  "cost-hours-tables",
  "Units of an average minute by table, counted in an hour of virtual time, and modelled",
  measured.flatMap(tableRows),
);
publish(
  "cost-hours",
  `A month's bill with the counted units, list prices of ${PRICES.region}, ${PRICES.asOf}; functions, looks and storage as modelled`,
  measured.map(billRow),
);
