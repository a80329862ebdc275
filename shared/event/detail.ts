import {
  type AdvisoryReason,
  type AdvisoryTransition,
  countVotes,
  type StateReason,
  type StateTransition,
  type TaskStatus,
} from "../health/health.ts";
import type { ErrorKind } from "../result/result.ts";
import type { Task } from "../task/task.ts";
import { type RegionName, toIso } from "../units.ts";
import type { AlertContext, AlertSeverity, EventStamp } from "./outgoing.ts";
import { type PagerDutyEvent, toPagerDuty } from "./pagerduty.ts";
import { advisorySentence, stateSentence } from "./sentence.ts";
import { toVoteDetail, toVoteDetails, type VoteDetail } from "./vote-detail.ts";

/** What the events of a task have in common. */
interface AlertDetail {
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
}

/** Detail of `TCP Probe Alert State Change`. */
export interface StateChangeDetail extends AlertDetail {
  readonly previous_state: TaskStatus;
  readonly reason: StateReason;
  readonly regions_reporting: number;
  readonly regions_breaching: number;
  readonly votes_needed: number;
  readonly votes: readonly VoteDetail[];
}

/** Detail of `TCP Probe Region Advisory`. */
export interface AdvisoryDetail extends AlertDetail {
  readonly region: RegionName;
  readonly advisory: "raised" | "cleared";
  readonly reason: AdvisoryReason;
  readonly vote: VoteDetail;
}

const SEVERITIES: Readonly<Record<TaskStatus, AlertSeverity>> = {
  CRITICAL: "critical",
  WARNING: "warning",
  NO_DATA: "no_data",
  OK: "ok",
};

export function stateChangeDetail(
  transition: StateTransition,
  context: AlertContext,
  stamp: EventStamp,
): StateChangeDetail {
  const { from, to, reason, votes, errorKind } = transition;
  const summary = stateSentence(transition, context.task);
  const severity = SEVERITIES[to];
  return {
    ...identify(context, stamp),
    state: to,
    previous_state: from,
    severity,
    reason,
    error_kind: errorKind,
    summary,
    regions_reporting: countVotes(votes, "breach", "fine"),
    regions_breaching: countVotes(votes, "breach"),
    votes_needed: transition.votesNeeded,
    votes: toVoteDetails(votes),
    pagerduty: toPagerDuty({ severity, summary, reason, errorKind, region: null }, context),
  };
}

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
  };
}

function identify({ fleet, home, task, window }: AlertContext, { id, sequence }: EventStamp) {
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
