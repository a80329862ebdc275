import {
  type AdvisoryReason,
  type AdvisoryTransition,
  countVotes,
  type RegionVote,
  type Rule,
  type StateReason,
  type StateTransition,
  type TaskStatus,
  type Vote,
} from "../health/health.ts";
import type { ErrorKind } from "../result/result.ts";
import {
  daysLeft,
  type FailuresByPhase,
  type Figures,
  failuresByPhase,
  isDeep,
} from "../summary/summary.ts";
import type { Phase, Task } from "../task/task.ts";
import { type EpochMs, MINUTE_MS, type RegionName, startOfMinute, toIso } from "../units.ts";
import { type IncidentDetail, incidentDetail } from "./incident-detail.ts";
import type { AlertContext, AlertSeverity, EventStamp } from "./outgoing.ts";
import { type PagerDutyEvent, toPagerDuty } from "./pagerduty.ts";
import { advisorySentence, stateSentence } from "./sentence.ts";
import { type SlackMessage, toSlack } from "./slack.ts";

/** An entry of PutEvents takes 256 KB, so an event shows no more votes than this. */
const MAX_VOTES = 40;

/** One region's vote and its figures, as events show them. */
interface VoteDetail {
  readonly region: RegionName;
  readonly vote: Vote;
  readonly rule: Rule | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly health: RegionVote["health"];
  readonly expected: number;
  readonly missed: number;
  readonly uncounted: number;
  readonly sample_count: number;
  readonly successful_connections: number;
  readonly failed_connections: number;
  readonly failure_percent: number | null;
  readonly avg_connect_time_ms: number | null;
  readonly retransmitted: number;
  readonly failures_by_kind: Figures["failuresByKind"];
  /** Absent unless a check got beyond its handshake. */
  readonly failures_by_phase?: FailuresByPhase;
}

/** The fields that all events of a task have. */
export interface AlertDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly task_name: string;
  readonly target_id: string | null;
  readonly host: string;
  readonly state: TaskStatus;
  readonly severity: AlertSeverity;
  readonly error_kind: ErrorKind | null;
  /** One more with every event of the task. */
  readonly sequence: number;
  readonly summary: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly tags: Task["tags"];
  readonly pagerduty: PagerDutyEvent;
  readonly slack: SlackMessage;
}

/** When the first of the task's certificates ends; absent if none is known. */
interface CertificateEnd {
  readonly certificate_expires_at?: string;
  readonly certificate_days_left?: number;
}

/** Detail of `TCP Probe Alert State Change`. */
interface StateChangeDetail extends AlertDetail, IncidentDetail, CertificateEnd {
  readonly previous_state: TaskStatus;
  readonly reason: StateReason;
  /** Absent unless most failures were in a phase after the handshake. */
  readonly failed_phase?: Phase;
  readonly regions_reporting: number;
  readonly regions_breaching: number;
  readonly votes_needed: number;
  readonly votes: readonly VoteDetail[];
}

/** Detail of `TCP Probe Region Advisory`. */
interface AdvisoryDetail extends AlertDetail {
  readonly region: RegionName;
  readonly advisory: "raised" | "cleared";
  readonly reason: AdvisoryReason;
  readonly vote: VoteDetail;
}

/** How urgent a status is. */
export const SEVERITY_OF: Readonly<Record<TaskStatus, AlertSeverity>> = {
  CRITICAL: "critical",
  WARNING: "warning",
  NO_DATA: "no_data",
  OK: "ok",
};

/** The detail of the event that a task's status changed. */
export function stateChangeDetail(
  transition: StateTransition,
  context: AlertContext,
  stamp: EventStamp,
): StateChangeDetail {
  const { from, to, reason, votes, errorKind } = transition;
  const summary = stateSentence(transition, context.task);
  const severity = SEVERITY_OF[to];
  return {
    ...identify(context, stamp),
    ...(transition.track === "incident" && { window: minuteOf(transition.atMs) }),
    ...incidentDetail(transition, context),
    ...certificateEndDetail(transition),
    state: to,
    previous_state: from,
    severity,
    reason,
    error_kind: errorKind,
    ...(transition.failedPhase !== undefined && { failed_phase: transition.failedPhase }),
    summary,
    regions_reporting: countVotes(votes, "breach", "fine"),
    regions_breaching: countVotes(votes, "breach"),
    votes_needed: transition.votesNeeded,
    votes: toVoteDetails(votes),
    pagerduty: toPagerDuty({ severity, summary, reason, errorKind, region: null }, context),
    slack: toSlack(summary),
  };
}

function certificateEndDetail({ certificateUntilMs, atMs }: StateTransition): CertificateEnd {
  if (certificateUntilMs === undefined) return {};
  return {
    certificate_expires_at: toIso(certificateUntilMs),
    certificate_days_left: daysLeft(certificateUntilMs, atMs),
  };
}

/** The detail of the event that one region's advisory was raised or cleared. */
export function advisoryDetail(
  transition: AdvisoryTransition,
  context: AlertContext,
  stamp: EventStamp,
): AdvisoryDetail {
  const { region, raised, reason, errorKind } = transition;
  const summary = advisorySentence(transition, context.task);
  const severity = raised ? "warning" : "ok";
  return {
    ...identify(context, stamp),
    state: stamp.status,
    severity,
    region,
    advisory: raised ? "raised" : "cleared",
    reason,
    error_kind: errorKind,
    summary,
    vote: toVoteDetail(transition.vote),
    pagerduty: toPagerDuty({ severity, summary, reason, errorKind, region }, context),
    slack: toSlack(summary),
  };
}

/** The fields that say which event it is, and of which task. */
export function identify(
  { fleet, home, task, window }: AlertContext,
  { id, sequence }: EventStamp,
) {
  return {
    version: "1" as const,
    id,
    fleet,
    home_region: home,
    task_name: task.name,
    target_id: task.targetId,
    host: task.host,
    sequence,
    window: { start: toIso(window.periodStartMs), end: toIso(window.periodEndMs) },
    tags: task.tags,
  };
}

/** An incident opens and closes with a check, whenever that is judged. */
function minuteOf(atMs: EpochMs) {
  const startMs = startOfMinute(atMs);
  return { start: toIso(startMs), end: toIso(startMs + MINUTE_MS) };
}

const VOTE_ORDER: readonly Vote[] = ["breach", "fine", "none"];

/** The votes as events show them, the breaching regions first. */
function toVoteDetails(votes: readonly RegionVote[]): VoteDetail[] {
  const rank = ({ vote }: RegionVote) => VOTE_ORDER.indexOf(vote);
  const sorted = votes.toSorted((a, b) => rank(a) - rank(b));
  return sorted.slice(0, MAX_VOTES).map(toVoteDetail);
}

/** One vote as events show it. */
function toVoteDetail({ figures, ...vote }: RegionVote): VoteDetail {
  return {
    region: vote.region,
    vote: vote.vote,
    rule: vote.rule,
    value: vote.value,
    limit: vote.limit,
    health: vote.health,
    expected: figures.expectedCount,
    missed: figures.missedCount,
    uncounted: figures.uncountedCount,
    sample_count: figures.sampleCount,
    successful_connections: figures.successfulCount,
    failed_connections: figures.failedCount,
    failure_percent: figures.failurePercent,
    avg_connect_time_ms: figures.avgConnectTimeMs,
    retransmitted: figures.retransmittedCount,
    failures_by_kind: figures.failuresByKind,
    ...(isDeep(figures) && { failures_by_phase: failuresByPhase(figures) }),
  };
}
