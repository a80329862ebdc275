import type { ErrorKind } from "../result/result.ts";
import type { Figures } from "../summary/summary.ts";
import type { EpochMs, RegionName } from "../units.ts";
import type { Finding, RuleName } from "./rules/rules.ts";
import type { UncountedReason } from "./uncounted.ts";

/** The state of a task as events and users see it. */
export type TaskStatus = "OK" | "WARNING" | "CRITICAL" | "NO_DATA";

/** Health of a task in one region: consecutive checks turn it. */
export interface RegionHealth {
  readonly status: "healthy" | "unhealthy";
  /** Checks in a row that speak against `status`. */
  readonly streak: number;
  /** The last success before the failures that still go on; null if the last check passed. */
  readonly failingSinceMs: EpochMs | null;
  /** An advisory was raised and not yet cleared. */
  readonly advised: boolean;
  /**
   * What its last checks showed, if it checks the task less than once a minute: its vote in windows in
   * which it has no scheduled check. Empty if they were fine.
   */
  readonly standing: readonly Finding[];
}

/** What is remembered of a task between windows. `INITIAL_STATE` is never stored. */
export interface TaskState {
  readonly status: TaskStatus;
  /** The rule that holds `status`; null while it is OK. */
  readonly rule: Rule | null;
  /** Start of the window that brought `status`. */
  readonly sinceMs: EpochMs;
  /** Start of the last window that changed this state: a window up to it is not judged again. */
  readonly throughMs: EpochMs;
  /** Only regions whose health differs from `INITIAL_HEALTH`. */
  readonly regions: Readonly<Record<RegionName, RegionHealth>>;
  /** Windows in a row with scheduled checks and without a report; counted up to `NO_DATA`. */
  readonly silentWindows: number;
  /** Events so far; the next one's `sequence` is one more. */
  readonly sequence: number;
}

/** A rule's name as events show it. */
export type Rule = RuleName | "no_data";

/** Why a task's status changed. */
export type StateReason = Rule | "recovered" | "task_removed";

/** Why an advisory was raised or cleared. */
export type AdvisoryReason = "unhealthy" | "recovered" | "task_removed" | "region_removed";

/** A region's vote; `none` does not count. */
export type Vote = "breach" | "fine" | "none";

/** Why a region voted as it did. */
export interface RegionVote {
  readonly region: RegionName;
  readonly vote: Vote;
  readonly rule: Rule | null;
  /** The figure that the rule looked at, and its limit; null if the vote is of an earlier window. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
}

/** A task's status changed. */
export interface StateTransition {
  readonly kind: "state";
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  readonly reason: StateReason;
  /** The kind of most failures in the breaching regions; null without one. */
  readonly errorKind: ErrorKind | null;
  readonly votesNeeded: number;
  readonly votes: readonly RegionVote[];
  /** To NO_DATA: why no check of the window counts; empty if no check was made. */
  readonly uncounted: readonly UncountedReason[];
}

/** One region's advisory was raised or cleared. */
export interface AdvisoryTransition {
  readonly kind: "advisory";
  readonly region: RegionName;
  readonly raised: boolean;
  readonly reason: AdvisoryReason;
  readonly errorKind: ErrorKind | null;
  readonly vote: RegionVote;
}

/** What a window changed: the task's status, or the advisory of one region below the quorum. */
export type Transition = StateTransition | AdvisoryTransition;

/** A pure step's result: the next state and what changed. Each transition becomes one event. */
export interface Judgement {
  readonly state: TaskState;
  readonly transitions: readonly Transition[];
}
