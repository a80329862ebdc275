import type { Interval } from "../../../shared/slot/slot.ts";
import { type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import { isExpired } from "./stored-item.ts";
import { type Item, type Query, queryItems, type TableSetup } from "./table.ts";

/** The `summaries` table and its clock. */
export interface PeriodsSetup extends TableSetup {
  readonly now: () => EpochMs;
}

/** Reads the items of a partition whose periods begin in the interval, in order of their beginning. */
export async function* queryPeriods(
  setup: PeriodsSetup,
  partition: string,
  { fromMs, toMs, ...how }: Interval & Omit<Query, "keys" | "values">,
): AsyncGenerator<Item> {
  const [first, last] = [Math.ceil(fromMs / SECOND_MS), Math.ceil(toMs / SECOND_MS) - 1];
  // No period begins in so short an interval, and a query of nothing is refused.
  if (first > last) return;
  const items = queryItems(setup, {
    keys: "task_name = :name AND period_start BETWEEN :first AND :last",
    values: {
      ":name": partition,
      ":first": first,
      ":last": last,
    },
    ...how,
  });
  for await (const item of items) if (!isExpired(item, setup.now())) yield item;
}
