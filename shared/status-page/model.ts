import type { DurationMs, EpochMs } from "../units.ts";

/** What a visitor is told of a task. */
export type StatusState = "up" | "degraded" | "down" | "no_data" | "maintenance" | "unknown";

/** One day of a task, UTC. */
export interface StatusDay {
  readonly startMs: EpochMs;
  /** The share of time in which it was not down, in percent; null if nothing of the day counts. */
  readonly uptimePercent: number | null;
  readonly downMs: DurationMs;
  readonly degradedMs: DurationMs;
  readonly maintenanceMs: DurationMs;
}

/** One task of the page. */
export interface StatusTask {
  readonly name: string;
  /** Null unless hosts are to be shown. */
  readonly host: string | null;
  readonly group: string | null;
  readonly state: StatusState;
  /** Since when it has this state; null if it never had another one. */
  readonly sinceMs: EpochMs | null;
  /** Oldest first. */
  readonly days: readonly StatusDay[];
  /** Over all days; null if nothing counts. */
  readonly uptimePercent: number | null;
}

/** A time in which a task was down. */
export interface Outage {
  readonly taskName: string;
  readonly fromMs: EpochMs;
  /** Null while it lasts. */
  readonly toMs: EpochMs | null;
}

/** All that the page shows. */
export interface StatusSite {
  readonly title: string;
  /** The end of the last minute that was judged: the page is as of then. Null before the first. */
  readonly asOfMs: EpochMs | null;
  readonly tasks: readonly StatusTask[];
  /** Newest first. */
  readonly outages: readonly Outage[];
}
