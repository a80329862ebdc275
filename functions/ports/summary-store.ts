import type { Summary } from "../../shared/summary/summary.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A summary that is to replace the one of its task and minute. */
export interface Revision {
  readonly summary: Summary;
  /** The revision that is stored; null if none is. */
  readonly heldRev: number | null;
}

/** `lost` if another revision is stored than the one held; `refused` if it can't be stored at all. */
export type RevisionPut = "stored" | "lost" | "refused";

/** The summaries of every task, one a minute, also of minutes that are only in their hours. Written by the aggregator, read by everyone. */
export interface SummaryStore {
  /**
   * Stores the summaries of minutes that no other run has begun; idempotent, and what is stored
   * stays. Returns the tasks whose summary can't be stored; all others are.
   */
  putSummaries(summaries: readonly Summary[]): Promise<readonly string[]>;
  /** Reads the tasks' summaries of one minute. Those that can't be read are left out. */
  readSummaries(taskNames: readonly string[], periodStartMs: EpochMs): Promise<Summary[]>;
  /** Reads a task's summaries of some minutes, in no order. Those that can't be read are left out. */
  readMinutes(taskName: string, periodStartsMs: readonly EpochMs[]): Promise<Summary[]>;
  /** Stores revisions of one minute, each if what it replaces is still stored; says what became of each. */
  reviseSummaries(revisions: readonly Revision[]): Promise<readonly RevisionPut[]>;
  /** Reads the minutes of an hour of some tasks consistently, by task, oldest first. */
  readHourOf(taskNames: readonly string[], startMs: EpochMs): Promise<Map<string, Summary[]>>;
  /** Reads a task's newest summaries of minutes that began in `[sinceMs, untilMs)`, newest first. */
  readLatest(
    taskName: string,
    span: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs; readonly limit: number },
  ): Promise<Summary[]>;
}
