import type { ErrorKind, Verdict } from "./probe-result.ts";
import type { Figures } from "./summary.ts";
import type { AlertPolicy } from "./task.ts";
import type { DurationMs, EpochMs, RegionName } from "./units.ts";

export type TaskStatus = "OK" | "WARNING" | "CRITICAL" | "NO_DATA";

export type Severity = "warning" | "critical";

/** One check as health sees it. */
export interface Check {
  readonly slotAtMs: EpochMs;
  readonly verdict: Verdict;
  readonly errorKind: ErrorKind | null;
  /** Null unless the handshake completed and its time can be trusted. */
  readonly connectTimeMs: DurationMs | null;
}

/** What one region says of one task in one window. `checks` are in order of their slots. */
export interface RegionWindow {
  readonly figures: Figures;
  readonly checks: readonly Check[];
}

export interface TaskWindow {
  readonly periodStartMs: EpochMs;
  readonly periodEndMs: EpochMs;
  readonly regions: Readonly<Record<RegionName, RegionWindow>>;
}

/** Health of a task in one region: consecutive checks turn it. */
export interface RegionHealth {
  readonly status: "healthy" | "unhealthy";
  /** Checks in a row that speak against `status`. */
  readonly streak: number;
  /** End of the last success before the present failures, for "no success for N minutes"; null while it succeeds. */
  readonly failingSinceMs: EpochMs | null;
  /** An advisory was raised and not yet cleared. */
  readonly advised: boolean;
}

/** What is remembered of a task between windows. `INITIAL_STATE` is never stored. */
export interface TaskState {
  readonly status: TaskStatus;
  /** Start of the window that brought `status`. */
  readonly sinceMs: EpochMs;
  /** Start of the last window that changed this state: a window up to it is not judged again. */
  readonly throughMs: EpochMs;
  readonly regions: Readonly<Record<RegionName, RegionHealth>>;
  /** Windows in a row in which checks were due and none was reported. */
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

export type Vote = "breach" | "fine" | "none";

/** Why a region voted as it did. */
export interface RegionVote {
  readonly region: RegionName;
  readonly vote: Vote;
  readonly rule: Rule | null;
  /** The figure that the rule looked at, and its limit. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
}

/** What a window changed: the task's status, or one region's standing below the quorum. */
export type Transition =
  | {
      readonly kind: "state";
      readonly from: TaskStatus;
      readonly to: TaskStatus;
      readonly rule: Rule | null;
      /** The kind that most failures of the breaching regions had. */
      readonly errorKind: ErrorKind | null;
      readonly votesNeeded: number;
      readonly votes: readonly RegionVote[];
    }
  | {
      readonly kind: "advisory";
      readonly region: RegionName;
      readonly raised: boolean;
      readonly errorKind: ErrorKind | null;
      readonly vote: RegionVote;
    };

export interface Judgement {
  readonly state: TaskState;
  readonly transitions: readonly Transition[];
}

/** A pure step of health: the state and a window give the next state and what changed. */
export type JudgeWindow = (state: TaskState, window: TaskWindow, policy: AlertPolicy) => Judgement;
