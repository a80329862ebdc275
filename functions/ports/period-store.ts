import type { Interval } from "../../shared/slot/slot.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import type { EpochMs } from "../../shared/units.ts";

/** An hour of a task, which is its minutes. */
export interface TaskHour {
  readonly taskName: string;
  readonly startMs: EpochMs;
  /** At least one. */
  readonly minutes: readonly Summary[];
}

/** A day (UTC) of a task, which is its hours. */
export interface TaskDay {
  readonly taskName: string;
  readonly startMs: EpochMs;
  /** At least one, each merged of its minutes. */
  readonly hours: readonly Summary[];
}

/** `superseded` if what is stored has later revisions; `refused` if it can't be stored at all. */
export type PeriodPut = "stored" | "superseded" | "refused";

/** Hours and days of every task. Written by the aggregator, read by everyone. */
export interface PeriodStore {
  /** Idempotent: the same minutes replace themselves, and an older revision replaces nothing. */
  putHour(hour: TaskHour): Promise<PeriodPut>;
  /** The same. */
  putDay(day: TaskDay): Promise<PeriodPut>;
  /** Reads a task's hours that began in the interval, consistently, oldest first; without those that can't be read. */
  readHours(taskName: string, interval: Interval): Promise<TaskHour[]>;
  /** Reads a task's days that began in the interval, or their hours, oldest first; without those that can't be read. */
  readDays(taskName: string, interval: Interval, detail: "days" | "hours"): Promise<Summary[]>;
}
