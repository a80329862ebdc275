import type { SummaryClass } from "../contract.ts";
import { sumOf } from "../sum-of.ts";
import type { CostFleet } from "./load.ts";
import { BYTES_PER_GB, MINUTES_PER_MONTH, PRICES, type PriceName, priceOf } from "./prices.ts";
import {
  type SummaryLoad,
  type SummaryPlaces,
  type SummaryTask,
  summaryLoadOf,
} from "./summaries.ts";

const MINUTES_PER_DAY = 1_440;

/** By what a class is billed. */
interface ClassPrices {
  readonly writes: PriceName;
  readonly reads: PriceName;
  readonly storage: PriceName;
  /** So much storage costs nothing; only one class has it. */
  readonly freeGb: number;
}

const CLASS_PRICES: Readonly<Record<SummaryClass, ClassPrices>> = {
  standard: {
    writes: "dynamodbWrites",
    reads: "dynamodbReads",
    storage: "dynamodbStorage",
    freeGb: 25,
  },
  infrequent: {
    writes: "infrequentWrites",
    reads: "infrequentReads",
    storage: "infrequentStorage",
    freeGb: 0,
  },
};

/** The prices of the summaries' table. */
export function classPrices(fleet: SummaryFleet, load: SummaryLoad): ClassPrices {
  return CLASS_PRICES[summaryClassOf(fleet, load)];
}

/** The part of a fleet that decides what its summaries cost. */
export type SummaryFleet = Pick<
  CostFleet,
  "minuteDays" | "summaryDays" | "dayDays" | "summaryClass"
>;

/** The table class of these tasks' summaries. */
export function summaryClassFor(
  fleet: SummaryFleet & SummaryPlaces,
  tasks: readonly SummaryTask[],
): SummaryClass {
  return summaryClassOf(fleet, summaryLoadOf(fleet, tasks));
}

/** What the fleet says, or else what costs less once everything is stored for its full time. */
function summaryClassOf(fleet: SummaryFleet, load: SummaryLoad): SummaryClass {
  if (fleet.summaryClass !== "auto") return fleet.summaryClass;
  return dollarsOf("infrequent", fleet, load) < dollarsOf("standard", fleet, load)
    ? "infrequent"
    : "standard";
}

function dollarsOf(name: SummaryClass, fleet: SummaryFleet, load: SummaryLoad): number {
  const { writes, reads, storage, freeGb } = CLASS_PRICES[name];
  const gb = sumOf(summaryStorage(fleet, load), (one) => one.gb);
  return (
    priceOf(PRICES.prices[writes], load.units.writes * MINUTES_PER_MONTH) +
    priceOf(PRICES.prices[reads], load.units.reads * MINUTES_PER_MONTH) +
    priceOf(PRICES.prices[storage], Math.max(0, gb - freeGb))
  );
}

/** What of the summaries is stored, once each has reached its age. */
export function summaryStorage(
  fleet: SummaryFleet,
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
