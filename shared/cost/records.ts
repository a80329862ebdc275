import { READ_UNIT_BYTES } from "../item-size.ts";

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
