import type { Hold, TaskNotice } from "../alerting/alerting.ts";
import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { StateReason, TaskStatus } from "../health/health.ts";
import { toIso } from "../units.ts";
import { type AlertDetail, identify, SEVERITY_OF } from "./detail.ts";
import { incidentId } from "./incident-detail.ts";
import { type MarksDetail, marksOf } from "./marks.ts";
import type { AlertContext, EventStamp, OutgoingEvent } from "./outgoing.ts";
import { toPagerDuty } from "./pagerduty.ts";
import { noticeSentence } from "./sentence.ts";
import { toSlack } from "./slack.ts";

/** The fields of every notice. */
interface NoticeDetail extends AlertDetail, MarksDetail {
  readonly notice: TaskNotice["kind"];
  readonly reason: StateReason;
  readonly incident_id: string;
  readonly opened_at: string;
}

/**
 * What was held, or has become worse, is told as a change of state, so that a rule on changes of
 * state has it too. No region votes in this look.
 */
interface BelatedDetail extends NoticeDetail {
  readonly previous_state: TaskStatus;
  readonly held_by?: Hold;
  readonly regions_reporting: 0;
  readonly regions_breaching: 0;
  readonly votes_needed: 0;
  readonly votes: readonly [];
  readonly samples: readonly [];
}

/** Detail of `TCP Probe Alert Reminder`. */
interface ReminderDetail extends NoticeDetail {
  /** Reminders since it opened, if each of them had been sent. */
  readonly count: number;
}

/** The event of a notice. */
export function noticeEvent(
  notice: TaskNotice,
  context: AlertContext,
  place: Omit<EventStamp, "id">,
): OutgoingEvent {
  const { fleet, task } = context;
  const id = noticeId(notice, context);
  const detail = noticeDetail(notice, context, { ...place, id });
  const resources = [`synfleet/${fleet}/task/${task.name}`];
  const about = { id, time: notice.atMs, resources };
  if (notice.kind === "reminder") {
    const reminder: ReminderDetail = { ...detail, count: notice.count };
    return { ...about, detailType: DETAIL_TYPES.reminder, detail: reminder };
  }
  const belated: BelatedDetail = {
    ...detail,
    previous_state: notice.from,
    ...(notice.held !== null && { held_by: notice.held.by }),
    ...NO_VOTES,
  };
  return { ...about, detailType: DETAIL_TYPES.stateChange, detail: belated };
}

const NO_VOTES = {
  regions_reporting: 0,
  regions_breaching: 0,
  votes_needed: 0,
  votes: [],
  samples: [],
} as const;

function noticeId(notice: TaskNotice, { fleet, task }: AlertContext): string {
  const { kind, track, number, count, held } = notice;
  // What was held twice is released twice.
  return deriveId(
    fleet,
    task.name,
    track,
    number,
    kind,
    kind === "released" ? (held?.sinceMs ?? 0) : count,
  );
}

function noticeDetail(notice: TaskNotice, context: AlertContext, stamp: EventStamp): NoticeDetail {
  const { kind, to, errorKind, openedAtMs, isEscalated } = notice;
  const reason = notice.rule ?? "recovered";
  const severity = isEscalated ? "critical" : SEVERITY_OF[to];
  const summary = noticeSentence(notice, context.task);
  return {
    ...identify(context, stamp),
    ...marksOf(notice),
    notice: kind,
    state: to,
    severity,
    reason,
    error_kind: errorKind,
    incident_id: incidentId(context.fleet, context.task.name, notice),
    opened_at: toIso(openedAtMs),
    summary,
    pagerduty: toPagerDuty({ severity, summary, reason, errorKind, region: null }, context),
    slack: toSlack(summary),
  };
}
