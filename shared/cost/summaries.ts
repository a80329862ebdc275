import { itemSize } from "../item-size.ts";
import { figuresOf, type RegionWindow, summarise, toSummaryItem } from "../summary/summary.ts";
import type { Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, type RegionName, SECOND_MS } from "../units.ts";
import type { CostFleet } from "./load.ts";

/** How many summaries a minute a task has, and how large they are. */
export function summariesOf(fleet: CostFleet, task: Task): { count: number; bytes: number } {
  const names = fleet.regions.map(({ name }) => name);
  const regions = task.regions === "all" ? names : names.filter((n) => task.regions.includes(n));
  // Regions take turns: of a task with a long schedule each has a minute of its own.
  const turns = Math.max(1, Math.min(regions.length, Math.floor(task.scheduleMs / MINUTE_MS)));
  const count = regions.length === 0 ? 0 : Math.min(1, (turns * MINUTE_MS) / task.scheduleMs);
  const shown = regions.slice(0, Math.ceil(regions.length / turns));
  return { count, bytes: summarySize(task, shown) };
}

const SAMPLE_WINDOW = {
  periodStartMs: 1_700_000_040 * SECOND_MS,
  periodEndMs: 1_700_000_100 * SECOND_MS,
};
const EXPIRES_AT = { expires_at: 1_734_560_100 };

/** The very item that is stored, with figures as they mostly are. */
function summarySize(task: Task, regions: readonly RegionName[]): number {
  const windows = regions.map((region, i): [RegionName, RegionWindow] => [
    region,
    usualWindow(task, 20.123 + 17.311 * i),
  ]);
  const window = {
    ...SAMPLE_WINDOW,
    scheduleMs: task.scheduleMs,
    regions: Object.fromEntries(windows),
  };
  const context = { complete: true, missingRegions: [], rev: 1 };
  return itemSize({ ...toSummaryItem(summarise(task, window, context)), ...EXPIRES_AT });
}

function usualWindow(task: Task, distanceMs: DurationMs): RegionWindow {
  const count = Math.max(1, Math.min(60, Math.round(MINUTE_MS / task.scheduleMs)));
  const checks = Array.from({ length: count }, (_, i) => ({
    slotAtMs: SAMPLE_WINDOW.periodStartMs + i * task.scheduleMs,
    verdict: "passed" as const,
    errorKind: null,
    connectTimeMs: distanceMs + i * 0.137,
  }));
  return { covered: true, checks, figures: figuresOf({ expectedCount: count }, checks) };
}
