import type { AlertContext, OutgoingEvent } from "../../shared/event/event.ts";
import type { TaskState } from "../../shared/health/health.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";

/** A window that was closed before all its results were in. */
export interface OpenWindow {
  readonly startMs: EpochMs;
  /** Regions that may still report: chunks read so far, null where its tables could not be read. */
  readonly regions: Readonly<Record<RegionName, number | null>>;
}

/** How far the aggregator has come: every window that ends at or before the watermark is closed. */
export interface Progress {
  readonly watermarkMs: EpochMs;
  /** Oldest first. */
  readonly openWindows: readonly OpenWindow[];
}

/** What is remembered of a task, and the events that it still owes, in order of their sequence. */
export interface TaskRecord {
  /** As its events call it; kept for the last one, when it is in no plan any more. */
  readonly task: AlertContext["task"];
  /** Moved by one with every write. */
  readonly version: number;
  readonly state: TaskState;
  readonly owed: readonly OutgoingEvent[];
  /** Since when the task is in no plan. Its record is kept as long as its history, so that a task
   * that comes back goes on with its sequence. */
  readonly goneSinceMs: EpochMs | null;
}

/** What runs before did with a window. */
export type WindowMark = "new" | "begun" | "judged";

/** The aggregator's memory: progress, the run lock, states with the events they owe, history. */
export interface AlertStore {
  readProgress(): Promise<Progress | null>;
  /** Throws where the watermark would go back. */
  writeProgress(progress: Progress): Promise<void>;
  /** Takes the lock unless another holds it past `nowMs`. */
  takeLock(holder: string, nowMs: EpochMs, untilMs: EpochMs): Promise<"taken" | "held">;
  /** Does nothing where another has taken it since. */
  releaseLock(holder: string): Promise<void>;
  /** Marks the window as begun and says what it was marked as before. */
  beginWindow(startMs: EpochMs): Promise<WindowMark>;
  markJudged(startMs: EpochMs): Promise<void>;
  /** `damaged` names the tasks whose item could not be read. */
  readRecords(): Promise<{
    readonly records: readonly TaskRecord[];
    readonly damaged: readonly string[];
  }>;
  /** Stores it if version `record.version - 1` is still the stored one; version 1 if none is. */
  putRecord(record: TaskRecord): Promise<"stored" | "lost">;
  /** Lands on itself when written again. */
  putHistory(events: readonly OutgoingEvent[]): Promise<void>;
  /** Newest first, of events in `[sinceMs, untilMs)`. */
  readHistory(query: HistoryQuery): Promise<HistoryPage>;
}

/** A stored event that could not be read, and why. It hides nothing but itself. */
export interface DamagedEvent {
  readonly key: string;
  readonly reason: string;
}

export interface HistoryPage {
  readonly events: readonly OutgoingEvent[];
  /** Of any task: which one, a damaged event does not tell. */
  readonly damaged: readonly DamagedEvent[];
}

export interface HistoryQuery {
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
  /** Null for all. */
  readonly taskName: string | null;
}
