import type { Summary } from "../../shared/summary/summary.ts";
import type { EpochMs } from "../../shared/units.ts";

/** The summaries of every task, one a minute, also of minutes that are only in their hours. Written by the aggregator, read by everyone. */
export interface SummaryStore {
  /**
   * Idempotent, without a condition: for a minute that no other run has begun. Returns the tasks whose
   * summary can't be stored; all others are.
   */
  putSummaries(summaries: readonly Summary[]): Promise<readonly string[]>;
  /** Reads the tasks' summaries of one minute. Those that can't be read are left out. */
  readSummaries(taskNames: readonly string[], periodStartMs: EpochMs): Promise<Summary[]>;
  /** Reads a task's summaries of some minutes, in no order. Those that can't be read are left out. */
  readMinutes(taskName: string, periodStartsMs: readonly EpochMs[]): Promise<Summary[]>;
  /**
   * Stores the summary if `heldRev` is still stored; with null, if none is stored. `refused` if it
   * can't be stored at all.
   */
  replaceSummary(summary: Summary, heldRev: number | null): Promise<"stored" | "lost" | "refused">;
  /** Reads a task's minutes of an hour consistently, oldest first. */
  readHour(taskName: string, startMs: EpochMs): Promise<Summary[]>;
  /** Reads a task's newest summaries of minutes that began in `[sinceMs, untilMs)`, newest first. */
  readLatest(
    taskName: string,
    span: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs; readonly limit: number },
  ): Promise<Summary[]>;
}
