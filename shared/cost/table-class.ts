import type { SummaryClass } from "../contract.ts";
import { sumOf } from "../sum-of.ts";
import {
  STANDARD_UNITS,
  type Throughput,
  throughputFor,
  type UnitPrices,
  unitDollars,
} from "./capacity.ts";
import type { CostFleet } from "./load.ts";
import { BYTES_PER_GB, PRICES, type PriceName, priceOf } from "./prices.ts";
import {
  type SummaryLoad,
  type SummaryPlaces,
  type SummaryTask,
  summaryLoadOf,
} from "./summaries.ts";

const MINUTES_PER_DAY = 1_440;

/** By what a class is billed. */
interface ClassPrices {
  readonly units: UnitPrices;
  readonly storage: PriceName;
  /** So much storage costs nothing; only one class has it. */
  readonly freeGb: number;
}

const CLASS_PRICES: Readonly<Record<SummaryClass, ClassPrices>> = {
  standard: { units: STANDARD_UNITS, storage: "dynamodbStorage", freeGb: 25 },
  infrequent: {
    units: {
      onDemand: { writes: "infrequentWrites", reads: "infrequentReads" },
      provisioned: { writes: "infrequentCapacityWrites", reads: "infrequentCapacityReads" },
    },
    storage: "infrequentStorage",
    freeGb: 0,
  },
};

/** How the summaries' table is deployed. */
export interface SummaryTable {
  readonly tableClass: SummaryClass;
  /** Null if it is billed on demand. */
  readonly throughput: Throughput | null;
}

/** The prices of a table class. */
export function classPrices(tableClass: SummaryClass): ClassPrices {
  return CLASS_PRICES[tableClass];
}

/** The part of a fleet that decides what its summaries cost. */
export type SummaryFleet = Pick<
  CostFleet,
  "minuteDays" | "summaryDays" | "dayDays" | "summaryClass" | "capacityMode"
>;

/** The table of these tasks' summaries. */
export function summaryTableFor(
  fleet: SummaryFleet & SummaryPlaces,
  tasks: readonly SummaryTask[],
): SummaryTable {
  return summaryTableOf(fleet, summaryLoadOf(fleet, tasks));
}

/**
 * What the fleet says, or else the class that costs less on demand, once everything is stored for its
 * full time, and then the capacity that goes with it: DynamoDB changes a class only by itself, so what
 * changes the capacity alone must not change the class.
 */
export function summaryTableOf(fleet: SummaryFleet, load: SummaryLoad): SummaryTable {
  const tableClass = fleet.summaryClass === "auto" ? cheaperClass(fleet, load) : fleet.summaryClass;
  const steady = steadyLoad(tableClass, load);
  return { tableClass, throughput: throughputFor(fleet.capacityMode ?? "auto", steady) };
}

function steadyLoad(tableClass: SummaryClass, { units }: SummaryLoad) {
  return { table: "summaries", units, prices: CLASS_PRICES[tableClass].units } as const;
}

function cheaperClass(fleet: SummaryFleet, load: SummaryLoad): SummaryClass {
  const gb = sumOf(summaryStorage(fleet, load), (one) => one.gb);
  const dollarsOf = (tableClass: SummaryClass) => {
    const { storage, freeGb } = CLASS_PRICES[tableClass];
    const stored = priceOf(PRICES.prices[storage], Math.max(0, gb - freeGb));
    return unitDollars(steadyLoad(tableClass, load), null) + stored;
  };
  return dollarsOf("infrequent") < dollarsOf("standard") ? "infrequent" : "standard";
}

/** What of the summaries is stored, once each has reached its age. */
export function summaryStorage(
  fleet: Pick<SummaryFleet, "minuteDays" | "summaryDays" | "dayDays">,
  { bytes, periods }: SummaryLoad,
): { readonly what: string; readonly days: number; readonly gb: number }[] {
  const stored = (what: string, bytesAMinute: number, days: number) => ({
    ...{ what, days },
    gb: (bytesAMinute * MINUTES_PER_DAY * days) / BYTES_PER_GB,
  });
  return [
    stored("minutes and boards", bytes + periods.boardBytes, fleet.minuteDays),
    stored("hours", periods.hourBytes, fleet.summaryDays),
    stored("days", periods.dayBytes, fleet.dayDays),
  ];
}
