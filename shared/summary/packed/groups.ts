import { hash32 } from "../../hash.ts";
import { sumOf } from "../../sum-of.ts";
import type { Figures, Summary } from "../summary.ts";

/** The tasks are in so many slices by their name. A group of tasks is whole slices, or a part of one. */
export const SLICES = 60;

/** A group has about so many tasks: few enough for a reader of one of them, enough to fill write units. */
const GROUP_TASKS = 200;

/** In which slice a task is. */
export function sliceOf(taskName: string): number {
  return hash32(taskName) % SLICES;
}

/** And so many bytes at most, about, which leaves room for what comes late: an item holds 400 KB. */
const GROUP_BYTES = 64 * 1_024;

/** Into how many groups the tasks of summaries are put. */
export function groupCountFor(summaries: readonly Summary[]): number {
  const bytes = sumOf(
    summaries,
    ({ regions }) => TASK_BYTES + sumOf(Object.values(regions), bytesOf),
  );
  return groupCountOf(Math.max(summaries.length, (bytes / GROUP_BYTES) * GROUP_TASKS));
}

const TASK_BYTES = 64;

/** About what a region's figures take, rather too much. */
function bytesOf({ successfulCount, deep }: Figures): number {
  return 24 + Math.min(64, successfulCount) + (deep === undefined ? 0 : 96);
}

/** Into how many groups so many usual tasks are put: a divisor or a multiple of the slices. */
export function groupCountOf(taskCount: number): number {
  const wanted = Math.max(1, Math.ceil(taskCount / GROUP_TASKS));
  if (wanted > SLICES) return SLICES * Math.ceil(wanted / SLICES);
  let count = wanted;
  while (SLICES % count !== 0) count++;
  return count;
}

/** In which of so many groups a task is. */
export function groupOf(taskName: string, groupCount: number): number {
  const slice = sliceOf(taskName);
  if (groupCount <= SLICES) return Math.floor((slice * groupCount) / SLICES);
  const parts = groupCount / SLICES;
  return slice * parts + (Math.floor(hash32(taskName) / SLICES) % parts);
}
