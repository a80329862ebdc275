import type { StatusTimeRecord, TaskRow } from "../../records/records.ts";
import { budgetText } from "../words/budget.ts";
import { durationText } from "../words/time.ts";

/** The share of the counted time in which a task was not down, in percent; null if nothing counts. */
export function uptimeOf({ okMs, warningMs, criticalMs }: StatusTimeRecord): number | null {
  const countedMs = okMs + warningMs + criticalMs;
  return countedMs === 0 ? null : ((okMs + warningMs) / countedMs) * 100;
}

const WORDS: readonly [keyof StatusTimeRecord, string][] = [
  ["okMs", "fine"],
  ["warningMs", "warning"],
  ["criticalMs", "down"],
  ["noDataMs", "no data"],
  ["maintenanceMs", "maintenance"],
  ["unknownMs", "before it was known"],
];

/** How a task's last day was spent, a line a status, and what is left of its target. */
export function dayText({ lastDay, slaPercent, budgetLeftMs }: TaskRow): string {
  const spent = WORDS.flatMap(([field, word]) =>
    lastDay[field] > 0 ? `${word}: ${durationText(lastDay[field])}` : [],
  );
  const target = slaPercent === null ? [] : [`target ${slaPercent} %: ${budgetText(budgetLeftMs)}`];
  return [...spent, ...target].join("\n");
}
