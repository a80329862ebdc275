import { DAY_MS } from "../../shared/units.ts";
import { quantileOf } from "../report.ts";
import { poissonUpper, shareBounds } from "./bounds.ts";
import { cellKey } from "./cells.ts";
import type { Tallies } from "./run-cells.ts";
import { addTallies, NOTHING, type Tally } from "./score.ts";
import type { Setting } from "./setting.ts";
import { MONTH_MS } from "./worlds/kind.ts";

/** Days of the month of all figures. */
const MONTH_DAYS = MONTH_MS / DAY_MS;

/** The tally of a rule over some kinds of worlds; null if there is none of them. */
export function tallyOf(
  tallies: Tallies,
  at: { readonly contestant: string; readonly setting: Setting },
  worlds: readonly string[],
): Tally | null {
  const found = worlds.flatMap(
    (world) => tallies.get(cellKey(world, at.contestant, at.setting)) ?? [],
  );
  return found.length === 0 ? null : found.reduce(addTallies, NOTHING);
}

/** A figure with its 95 % upper bound. */
export interface Bounded {
  readonly value: number;
  readonly upper: number;
}

/** False pages a month. */
export function falseAMonth({ falsePages, months }: Tally): Bounded {
  return { value: falsePages / months, upper: poissonUpper(falsePages, months) };
}

/** Openings a day, of any cause. */
export function pagesADay({ pages, months }: Tally): Bounded {
  const days = months * MONTH_DAYS;
  return { value: pages / days, upper: poissonUpper(pages, days) };
}

/** Openings at WARNING a day. */
export function warningsADay({ warnings, months }: Tally): Bounded {
  const days = months * MONTH_DAYS;
  return { value: warnings / days, upper: poissonUpper(warnings, days) };
}

/** The outages without a page, in percent. */
export function missedPercent({ missed, outages }: Tally): Bounded {
  return percent(missed, outages);
}

/** The restarts with a page, in percent. */
export function restartsPercent({ restartsPaged, restarts }: Tally): Bounded {
  return percent(restartsPaged, restarts);
}

function percent(count: number, total: number): Bounded {
  return { value: (100 * count) / total, upper: 100 * shareBounds(count, total).upper };
}

/** The outages with one page that closed once, in percent, and the lower bound of it. */
export function oncePercent({ onceCount, outages }: Tally): {
  readonly value: number;
  readonly lower: number;
} {
  return {
    value: (100 * onceCount) / outages,
    lower: 100 * shareBounds(onceCount, outages).lower,
  };
}

/** `0.03 (0.09)`: the figure, and its upper bound. */
export function showBounded({ value, upper }: Bounded): string {
  return `${showNumber(value)} (${showNumber(upper)})`;
}

/** Median, 95th percentile and maximum, in whole seconds. */
export function showTimes(seconds: readonly number[]): string {
  if (seconds.length === 0) return "";
  return [0.5, 0.95, 1].map((share) => quantileOf(seconds, share).toFixed(0)).join(" / ");
}

/** Three digits at most behind the point, and none where they say nothing. */
export function showNumber(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(2);
}
