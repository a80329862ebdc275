import type { StatusTimeRecord } from "../../records/records.ts";
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

/** How the time was spent, a line a status. */
export function timeText(time: StatusTimeRecord): string {
  return WORDS.flatMap(([field, word]) =>
    time[field] > 0 ? `${word}: ${durationText(time[field])}` : [],
  ).join("\n");
}
