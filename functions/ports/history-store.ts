import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A stored event that could not be read, and why. The other events are read. */
export interface DamagedEvent {
  readonly key: string;
  readonly reason: string;
}

/** The events that a query found. */
export interface HistoryPage {
  /** Newest first. */
  readonly events: readonly OutgoingEvent[];
  /** Of other tasks too, because a damaged event does not tell its task. */
  readonly damaged: readonly DamagedEvent[];
}

/** Which events are asked for: at most `limit` of those in `[sinceMs, untilMs)`. */
export interface HistoryQuery {
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
  /** Null for the events of all tasks. */
  readonly taskName: string | null;
}

/** Every event of the aggregator. Written by the aggregator, read by everyone. */
export interface HistoryStore {
  /** Idempotent. Returns the ids of events that can't be stored; all others are. */
  putHistory(events: readonly OutgoingEvent[]): Promise<readonly string[]>;
  /** Reads the newest events of the query. */
  readHistory(query: HistoryQuery): Promise<HistoryPage>;
}
