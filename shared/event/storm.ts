import type { StormNotice } from "../alerting/alerting.ts";
import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { TaskStatus } from "../health/health.ts";
import { escapeUnprintable } from "../input/input.ts";
import { type RegionName, toIso } from "../units.ts";
import { SEVERITY_OF } from "./detail.ts";
import { type FleetPagerDutyEvent, toFleetPagerDuty } from "./fleet-pagerduty.ts";
import type { AlertContext, AlertSeverity, OutgoingEvent } from "./outgoing.ts";
import { type SlackMessage, toSlack } from "./slack.ts";

/** The sentence names no more tasks. */
const SHOWN_TASKS = 3;

/** Detail of `TCP Probe Storm`. */
interface StormDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly number: number;
  readonly phase: StormNotice["phase"];
  /** The state of its tasks; `OK` when it is over. */
  readonly state: TaskStatus;
  readonly severity: AlertSeverity;
  readonly since: string;
  readonly task_count: number;
  readonly tasks: readonly string[];
  readonly summary: string;
  readonly pagerduty: FleetPagerDutyEvent;
  readonly slack: SlackMessage;
}

const STATES: Readonly<Record<StormNotice["track"], TaskStatus>> = {
  incident: "CRITICAL",
  warning: "WARNING",
  silence: "NO_DATA",
};

/** The event that a storm began or is over. Its id follows from the storm's number. */
export function stormEvent(
  notice: StormNotice,
  { fleet, home }: Pick<AlertContext, "fleet" | "home">,
): OutgoingEvent {
  const { number, phase, atMs } = notice;
  const id = deriveId("storm", fleet, number, phase);
  const state = phase === "opened" ? STATES[notice.track] : "OK";
  const severity = SEVERITY_OF[state];
  const summary = sentenceOf(notice);
  const about = { kind: "storm", name: String(number) } as const;
  const detail: StormDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    number,
    phase,
    state,
    severity,
    since: toIso(notice.openedAtMs),
    task_count: notice.taskCount,
    tasks: notice.taskNames,
    summary,
    pagerduty: toFleetPagerDuty({ fleet, severity, summary, atMs, about }),
    slack: toSlack(summary),
  };
  const resources = [`synfleet/${fleet}`];
  return { id, detailType: DETAIL_TYPES.storm, time: atMs, resources, detail };
}

/** One line for people, e.g. `STORM: 412 tasks are CRITICAL since 12:03:15 UTC: a, b, c, and 409 more`. */
function sentenceOf({ phase, track, openedAtMs, taskCount, taskNames }: StormNotice): string {
  const since = `since ${toIso(openedAtMs).slice(11, 19)} UTC`;
  if (phase === "opened")
    return `STORM: ${taskCount} tasks are ${STATES[track]} ${since}: ${listOf(taskNames, taskCount)}`;
  const left =
    taskCount === 0 ? "" : `; ${taskCount} still ${STATES[track]}: ${listOf(taskNames, taskCount)}`;
  return `OK: the storm ${since} is over${left}`;
}

function listOf(names: readonly string[], count: number): string {
  const shown = names.slice(0, SHOWN_TASKS).map(escapeUnprintable).join(", ");
  return count > SHOWN_TASKS ? `${shown}, and ${count - SHOWN_TASKS} more` : shown;
}
