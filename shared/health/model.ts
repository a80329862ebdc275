import type { CertificateFacts, CertificateNote, ErrorKind, Verdict } from "../result/result.ts";
import type { Figures } from "../summary/summary.ts";
import type { Phase } from "../task/task.ts";
import type { EpochMs, RegionName } from "../units.ts";
import type { Severity } from "./rules/rules.ts";
import type { TrendRule, Trends } from "./trends/trends.ts";
import type { UncountedReason } from "./uncounted.ts";

/** The state of a task as events and users see it. */
export type TaskStatus = "OK" | "WARNING" | "CRITICAL" | "NO_DATA";

/** A figure that decays with time: what it was, and when. */
export interface Decaying {
  readonly value: number;
  readonly atMs: EpochMs;
}

/** Failures of an unhealthy region that follow each other closely. */
export interface DownSpell {
  readonly firstAtMs: EpochMs;
  readonly lastAtMs: EpochMs;
  /** The sample that made the region healthy again; null if none did before the next spell. */
  readonly recoveredAtMs: EpochMs | null;
}

/**
 * Health of a task in one region: consecutive samples turn it. A passed sample of a healthy region
 * changes nothing, so that nothing is stored for a healthy task.
 */
export interface RegionHealth {
  readonly status: "healthy" | "unhealthy";
  /** Failed samples in a row, up to the last sample. */
  readonly failCount: number;
  /** Passed samples in a row while it is unhealthy. */
  readonly passCount: number;
  /** The first and the last of the failures in a row; null if the last sample passed. */
  readonly firstFailAtMs: EpochMs | null;
  readonly lastFailAtMs: EpochMs | null;
  /** The last success before the failures that still go on; null if the last sample passed. */
  readonly failingSinceMs: EpochMs | null;
  /** The sample that made it unhealthy; null while it is healthy. */
  readonly unhealthySinceMs: EpochMs | null;
  /** Its last failed sample while it was unhealthy, also after it recovered. */
  readonly lastDownAtMs: EpochMs | null;
  /** When it lately failed while it was unhealthy, in order; also after it recovered. */
  readonly downs: readonly DownSpell[];
  /** Its last verdicts, `F` or `P`, the newest last, for a rule such as "3 of 5"; empty if all passed. */
  readonly recent: string;
  /** The usual share of failures among its scheduled checks, 0 to 1; null if none has failed. */
  readonly share: Decaying | null;
  /** Samples up to this instant have moved this health; stored only when something else changed. */
  readonly throughMs: EpochMs;
  /** Since when it gives no sample although some are due; null if it does. */
  readonly silentSinceMs: EpochMs | null;
  /** An advisory was raised and not yet cleared. */
  readonly advised: boolean;
}

/** The incident of a task that is down, or what is left of the last one. */
export interface Incident {
  /** Incidents so far; it names the present or the last one. */
  readonly number: number;
  /** The sample that opened it; null if none is open. */
  readonly openedAtMs: EpochMs | null;
  /** The sample that closed the last one; null before the first. */
  readonly closedAtMs: EpochMs | null;
  /** How often it opened again soon after it was closed. Above 0 it is flapping. */
  readonly reopenings: number;
  /** Since when too few regions are down to hold it open; null if enough are. */
  readonly belowSinceMs: EpochMs | null;
}

/** A warning by figures, or `NO_DATA`: whether it is open, and the number of the last one. */
export interface Spell {
  readonly number: number;
  readonly openedAtMs: EpochMs | null;
}

/** A spell of figures that break a rule. */
export interface WarningSpell extends Spell {
  /** Null if none is open. */
  readonly severity: Severity | null;
  readonly rule: Rule | null;
}

/** How often other regions were asked for a check of a slow task, in the hour that begins at `hourMs`. */
export interface Asks {
  readonly hourMs: EpochMs;
  readonly count: number;
  /** When they were asked last. */
  readonly atMs: EpochMs;
}

/** A certificate that was seen before. */
export interface KnownCertificate extends CertificateNote {
  readonly firstAtMs: EpochMs;
  /** When it was seen last, to a day. */
  readonly lastAtMs: EpochMs;
}

/** What is remembered of a task between looks. `INITIAL_STATE` is never stored. */
export interface TaskState {
  readonly status: TaskStatus;
  /** The rule that holds `status`; null while it is OK. */
  readonly rule: Rule | null;
  /** The instant that brought `status`. */
  readonly sinceMs: EpochMs;
  /** Start of the last window that changed this state: a window up to it is not judged again. */
  readonly throughMs: EpochMs;
  /** Only regions whose health differs from `INITIAL_HEALTH`. */
  readonly regions: Readonly<Record<RegionName, RegionHealth>>;
  readonly incident: Incident;
  readonly warning: WarningSpell;
  readonly silence: Spell;
  /** What is remembered of what is no outage: shares of failures, their drift, connect times. */
  readonly trends: Trends;
  /** Windows in a row with scheduled checks and without a report; counted up to `NO_DATA`. */
  readonly silentWindows: number;
  /** Events so far; the next one's `sequence` is one more. */
  readonly sequence: number;
  /** At most eight, the one that was seen last first; absent if none was ever seen. */
  readonly certificates?: readonly KnownCertificate[];
  /** Absent if no other region was ever asked. */
  readonly asks?: Asks;
}

/** A rule's name as events show it. `down`: the samples of enough regions failed. */
export type Rule = TrendRule | "down" | "no_data";

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
  /** The figure that the rule looked at, and the limit that it broke; null without one. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
}

/** One check that decided, as events show it. */
export interface DecidingSample {
  readonly region: RegionName;
  readonly atMs: EpochMs;
  readonly verdict: Verdict;
  readonly errorKind: ErrorKind | null;
  /** Where it failed; absent if it passed, and of a check that did not get beyond its handshake. */
  readonly failedPhase?: Phase;
  readonly isRecheck: boolean;
}

/** What of a task changed: it is down, its figures break a rule, it gives no data, it is gone. */
export type Track = "incident" | "warning" | "silence" | "removal";

/** A task's status changed. */
export interface StateTransition {
  readonly kind: "state";
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  readonly reason: StateReason;
  /** The sample that decided, or the end of the window. */
  readonly atMs: EpochMs;
  readonly track: Track;
  /** Which incident or spell of its track it is about. */
  readonly number: number;
  readonly phase: "opened" | "closed" | "changed";
  /** When that incident or spell opened. */
  readonly openedAtMs: EpochMs | null;
  /** The first of the failures in a row that opened an incident; null for anything else. */
  readonly failingSinceMs: EpochMs | null;
  /** An incident that opens again and again begins to flap, and ends to when it closes. */
  readonly flapping: "started" | "ended" | null;
  /** The last success that is known; null without one. */
  readonly lastSuccess: { readonly region: RegionName; readonly atMs: EpochMs } | null;
  /** The checks that decided, in order of their instants; empty if figures did. */
  readonly samples: readonly DecidingSample[];
  /** The kind of most failures in the breaching regions; null without one. */
  readonly errorKind: ErrorKind | null;
  /** The phase of most failures of that kind; absent unless it is one after the handshake. */
  readonly failedPhase?: Phase;
  readonly votesNeeded: number;
  readonly votes: readonly RegionVote[];
  /** The earliest end of the certificates that are known; absent without one. */
  readonly certificateUntilMs?: EpochMs;
  /** To NO_DATA: why no check of the window counts; empty if no check was made. */
  readonly uncounted: readonly UncountedReason[];
}

/** One region's advisory was raised or cleared. */
export interface AdvisoryTransition {
  readonly kind: "advisory";
  readonly region: RegionName;
  readonly raised: boolean;
  readonly reason: AdvisoryReason;
  /** Since when the region was unhealthy: it identifies the advisory. */
  readonly unhealthySinceMs: EpochMs;
  readonly errorKind: ErrorKind | null;
  readonly vote: RegionVote;
}

/** The target shows a certificate that was not seen before. */
export interface CertificateTransition {
  readonly kind: "certificate";
  /** The region that saw it first. */
  readonly region: RegionName;
  /** The check that did. */
  readonly atMs: EpochMs;
  /** The one that was seen last before. */
  readonly before: KnownCertificate;
  readonly after: CertificateNote;
  /** Null if no check of the window has recorded them. */
  readonly facts: CertificateFacts | null;
}

/** What a look changed: the task's status, the advisory of one region below the quorum, the certificate. */
export type Transition = StateTransition | AdvisoryTransition | CertificateTransition;

/** A pure step's result: the next state and what changed. Each transition becomes one event. */
export interface Judgement {
  readonly state: TaskState;
  readonly transitions: readonly Transition[];
}
