import {
  READ_UNIT_BYTES,
  readUnits,
  STORED_ITEM_OVERHEAD_BYTES,
  writeUnits,
} from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../units.ts";

/** What becomes of the minutes of a fleet, in an average minute. */
export interface PeriodLoad {
  readonly writes: number;
  /** To make hours of minutes, and days of hours. */
  readonly reads: number;
  /** Bytes that are stored, with what DynamoDB adds to an item. */
  readonly boardBytes: number;
  readonly hourBytes: number;
  readonly dayBytes: number;
  /** Regions of tasks: what the aggregator's time for hours and days grows with. */
  readonly taskRegions: number;
}

/** A task's minutes: how many a minute, how large, and in how many regions. */
export interface TaskMinutes {
  readonly task: Pick<Task, "scheduleMs">;
  readonly count: number;
  readonly bytes: number;
  readonly regionCount: number;
}

// Fitted to what `bench/summary-size.ts` measures, within 15 %, and 90 bytes of keys (decisions 51 and 68).
const BOARD_BYTES = { base: 160, perTask: 3 } as const;
const HOUR_BYTES = { base: 300, perCheck: 2.1 } as const;
const DAY_BYTES = { base: 500, perRegion: 640 } as const;

const MINUTES_PER_HOUR = HOUR_MS / MINUTE_MS;
const HOURS_PER_DAY = DAY_MS / HOUR_MS;
const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;

/** The boards, hours and days that are made of these minutes. */
export function periodsOf(tasks: readonly TaskMinutes[]): PeriodLoad {
  const rowCount = sumOf(tasks, ({ count }) => count);
  const boardBytes = rowCount === 0 ? 0 : BOARD_BYTES.base + BOARD_BYTES.perTask * rowCount;
  const periods = tasks.filter(({ regionCount }) => regionCount > 0).map(periodOf);
  return {
    writes: (boardBytes === 0 ? 0 : writeUnits(boardBytes)) + sumOf(periods, (one) => one.writes),
    reads: sumOf(periods, (one) => one.reads),
    boardBytes: boardBytes === 0 ? 0 : boardBytes + STORED_ITEM_OVERHEAD_BYTES,
    hourBytes: sumOf(periods, (one) => one.hourBytes),
    dayBytes: sumOf(periods, (one) => one.dayBytes),
    taskRegions: sumOf(tasks, ({ regionCount }) => regionCount),
  };
}

function periodOf({ task, count, bytes, regionCount }: TaskMinutes) {
  const checks = (HOUR_MS / task.scheduleMs) * regionCount;
  const hour = HOUR_BYTES.base + HOUR_BYTES.perCheck * Math.max(1, checks);
  const day = DAY_BYTES.base + DAY_BYTES.perRegion * regionCount;
  const hours = Math.min(1, checks) / MINUTES_PER_HOUR;
  const days = 1 / MINUTES_PER_DAY;
  // A group's minutes are read once for all its tasks.
  const hourReads = (MINUTES_PER_HOUR * count * bytes) / READ_UNIT_BYTES;
  const dayReads = readUnits(HOURS_PER_DAY * Math.min(1, checks) * hour, "strong");
  return {
    writes: hours * writeUnits(hour) + days * writeUnits(day),
    reads: hourReads / MINUTES_PER_HOUR + dayReads * days,
    hourBytes: hours * (hour + STORED_ITEM_OVERHEAD_BYTES),
    dayBytes: days * (day + STORED_ITEM_OVERHEAD_BYTES),
  };
}
