import { REGION_NAMES } from "../region-names.ts";

/** How many tasks, in how many regions, how often. */
export interface Size {
  readonly tasks: number;
  readonly regions: number;
  readonly scheduleSeconds: number;
}

/** Reads `100x5x60`; throws if it is anything else. */
export function readSize(text: string): Size {
  const [tasks, regions, scheduleSeconds] = text.split("x").map(Number);
  if (!tasks || !regions || !scheduleSeconds || regions > REGION_NAMES.length)
    throw new Error(
      `--size must be like 100x5x60, with ${REGION_NAMES.length} regions at most, is ${text}`,
    );
  return { tasks, regions, scheduleSeconds };
}

/** As rows of a table name it. */
export function showSize({ tasks, regions, scheduleSeconds }: Size): string {
  return `${tasks} × ${regions} × ${scheduleSeconds} s`;
}
