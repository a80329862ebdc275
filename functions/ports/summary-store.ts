import type { Summary } from "../../shared/summary/summary.ts";
import type { EpochMs } from "../../shared/units.ts";

/** Every task's minutes. Written by the aggregator, read by everyone. */
export interface SummaryStore {
  /** Lands on itself when written again. For minutes that no other run has begun. */
  putSummaries(summaries: readonly Summary[]): Promise<void>;
  /** Those that are stored and can be read, of one minute. */
  readSummaries(taskNames: readonly string[], periodStartMs: EpochMs): Promise<Summary[]>;
  /** Stores it if `heldRev` is still the stored one; null where nothing may be stored yet. */
  replaceSummary(summary: Summary, heldRev: number | null): Promise<"stored" | "lost">;
  /** A task's newest first, of windows that began in `[sinceMs, untilMs)`. */
  readLatest(
    taskName: string,
    span: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs; readonly limit: number },
  ): Promise<Summary[]>;
}
