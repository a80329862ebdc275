import { READ_UNIT_BYTES, WRITE_UNIT_BYTES } from "../item-size.ts";
import { MINUTES_PER_MONTH } from "./prices.ts";

/** One lost check in a thousand: what a healthy fleet on the public internet sees. */
export const USUAL_LOSS = 0.001;

// Fitted to what `bench/record-size.ts` measures of tasks that have lost a check in a thousand for a
// while: 593 bytes in three regions, 613 in five, 710 in ten, and a write a loss.
const RECORD_BYTES = { base: 540, perRegion: 17 } as const;

/** A few losses are stored twice, because the check that is made again comes in the next minute. */
const WRITE_UNITS_A_LOSS = { base: 1.07, perRegion: 0.002 } as const;

/** Each is a query of its own, so it is rounded up. */
const PARTITIONS = 16;

/** Units to read the records of all tasks: sooner or later each has lost a check, and has one. */
export function recordReads(taskCount: number, taskRegions: number): number {
  const bytes = taskCount * RECORD_BYTES.base + taskRegions * RECORD_BYTES.perRegion;
  return Math.max(PARTITIONS, bytes / READ_UNIT_BYTES + PARTITIONS / 2);
}

/** Units to write the record of a task, in so many regions, for one lost check. */
export function writesALoss(regionCount: number): number {
  return WRITE_UNITS_A_LOSS.base + regionCount * WRITE_UNITS_A_LOSS.perRegion;
}

// Which records matter to looks at other tasks is listed with so many records (judge/unquiet.ts).
const LEAST_LISTED = 500;

/** A check that is lost at a minute's end passes again in the next one (bench/record-size.ts). */
const UNQUIET_A_LOSS = 0.06;

/** What was down counts for ten minutes more: 2.4 incidents a task and month of bench/alerts. */
const UNQUIET_A_TASK = (2.4 * 15) / MINUTES_PER_MONTH;

/** A name, and the list's other attributes. */
const NAME_BYTES = 33;
const LIST_BYTES = 60;

/** The records that matter to looks at other tasks, on average; null if all are read. */
export function unquietRecords(taskCount: number, lostChecks: number): number | null {
  if (taskCount < LEAST_LISTED) return null;
  return lostChecks * UNQUIET_A_LOSS + taskCount * UNQUIET_A_TASK;
}

/** Units to write their list, which each minute's run does. */
export function listWrites(unquiet: number | null): number {
  return unquiet === null ? 0 : (LIST_BYTES + unquiet * NAME_BYTES) / WRITE_UNIT_BYTES + 0.5;
}

/** Units for the records of a look at one task: the list, the task's record, and those listed. */
export function namedReads(unquiet: number | null): number | null {
  return unquiet === null ? null : 2 + unquiet;
}
