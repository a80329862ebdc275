import type { ErrorKind } from "../result/result.ts";
import type { Figures, TaskWindow } from "../summary/summary.ts";
import type { EpochMs, RegionName } from "../units.ts";
import type { AlertPolicy } from "./rules/rules.ts";

export type TaskStatus = "OK" | "WARNING" | "CRITICAL" | "NO_DATA";

export type Severity = "warning" | "critical";

/** The worst rule that a region's figures broke. */
export interface Finding {
  readonly severity: Severity;
  readonly rule: Rule;
}

/** What a region's last report said; null where it broke no rule of that sort. */
export interface Standing {
  readonly failure: Finding | null;
  readonly latency: Finding | null;
}

/** Health of a task in one region: consecutive checks turn it. */
export interface RegionHealth {
  readonly status: "healthy" | "unhealthy";
  /** Checks in a row that speak against `status`. */
  readonly streak: number;
  /**
   * Since when nothing succeeded: the last success, or the start of the window where that had none.
   * Null while it succeeds.
   */
  readonly failingSinceMs: EpochMs | null;
  /** An advisory was raised and not yet cleared. */
  readonly advised: boolean;
  /** Its vote for windows in which nothing is due: kept for schedules over a minute, null is fine. */
  readonly standing: Standing | null;
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
  /** Regions of which there is something to remember. */
  readonly regions: Readonly<Record<RegionName, RegionHealth>>;
  /** Windows in a row in which checks were due and none was reported; counted up to `NO_DATA`. */
  readonly silentWindows: number;
  /** Events so far; the next one's `sequence` is one more. */
  readonly sequence: number;
}

export type Rule =
  | "avg_connect_time_ms"
  | "failure_percent"
  | "successful_connections"
  | "no_success_minutes"
  | "no_data";

export type StateReason = Rule | "recovered" | "task_removed";

export type AdvisoryReason = "unhealthy" | "recovered" | "task_removed" | "region_removed";

export type Vote = "breach" | "fine" | "none";

/** Why a region voted as it did. */
export interface RegionVote {
  readonly region: RegionName;
  readonly vote: Vote;
  readonly rule: Rule | null;
  /** The figure that the rule looked at, and its limit; null where the vote is from an earlier window. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
}

export interface StateTransition {
  readonly kind: "state";
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  readonly reason: StateReason;
  /** The kind that most failures of the breaching regions had. */
  readonly errorKind: ErrorKind | null;
  readonly votesNeeded: number;
  readonly votes: readonly RegionVote[];
}

export interface AdvisoryTransition {
  readonly kind: "advisory";
  readonly region: RegionName;
  readonly raised: boolean;
  readonly reason: AdvisoryReason;
  readonly errorKind: ErrorKind | null;
  readonly vote: RegionVote;
}

/** What a window changed: the task's status, or one region's standing below the quorum. */
export type Transition = StateTransition | AdvisoryTransition;

export interface Judgement {
  readonly state: TaskState;
  readonly transitions: readonly Transition[];
}

/** A pure step of health: the state and a window give the next state and what changed. */
export type JudgeWindow = (state: TaskState, window: TaskWindow, policy: AlertPolicy) => Judgement;
