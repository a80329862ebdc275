import { DETAIL_TYPES } from "../contract.ts";
import { judgedTroubleEvent, type OutgoingEvent } from "../event/event.ts";
import { deriveId } from "../hash.ts";
import type { Fleet } from "../plan/plan.ts";
import { type EpochMs, HOUR_MS, MINUTE_MS, type RegionName, toIso } from "../units.ts";

/** The name of the plan's own status among those of the tasks. No task may have it. */
export const PLAN_STATUS_NAME = "#plan";

/** Why a task does not run as its owner wrote it. */
export interface Rejection {
  readonly taskName: string;
  readonly reason: "invalid" | "unsupported" | "set_aside";
  readonly targetId: string | null;
  /** One sentence each. */
  readonly problems: readonly string[];
  /** Where it does not run as written: all regions for an invalid task. */
  readonly regions: readonly RegionName[];
  /** The last valid version runs in its place. */
  readonly runningLastGood: boolean;
}

/** The detail of a `TCP Probe Task Rejected` event: shared/event/schemas/task-rejected.schema.json. */
interface RejectedDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly task_name: string;
  readonly target_id: string | null;
  readonly severity: "warning";
  readonly reason: Rejection["reason"];
  readonly problems: readonly string[];
  readonly running_last_good: boolean;
  readonly regions: readonly RegionName[];
  /** ISO 8601: since when it is rejected for these reasons. */
  readonly since: string;
}

/** What is stored of a rejected task, of one with a pending event, or of the plan. */
export interface TaskStatusItem {
  readonly name: string;
  readonly status: "rejected" | "refused" | "warning" | "ok";
  readonly problems: readonly string[];
  readonly regions: readonly RegionName[];
  readonly runningLastGood: boolean;
  /** Since when it has this status for these reasons. */
  readonly sinceMs: EpochMs;
  readonly pending: readonly OutgoingEvent[];
}

/** The fleet and the instant of a decision. */
export interface PlanMoment {
  readonly fleet: Pick<Fleet, "name" | "home">;
  readonly nowMs: EpochMs;
}

/**
 * A status is one item of at most 400 KB. While the bus takes no event, the newest ones are kept: each
 * says all that is wrong with the task then.
 */
const MOST_PENDING = 10;

/**
 * A task's next status; null if nothing is to be stored. A task that is rejected for the first time,
 * or for other reasons than before, gets a pending event. The status of a task that is no longer
 * rejected is kept until no event of it is pending.
 */
export function nextTaskStatus(
  held: TaskStatusItem | null,
  rejection: Rejection | null,
  moment: PlanMoment,
): TaskStatusItem | null {
  if (rejection === null) return fixedStatus(held, moment.nowMs);
  const { taskName: name, problems, regions, runningLastGood } = rejection;
  const shown = { name, status: "rejected", problems, regions, runningLastGood } as const;
  if (held?.status === "rejected" && reasonsOf(held) === reasonsOf(rejection)) {
    return { ...shown, sinceMs: held.sinceMs, pending: held.pending };
  }
  const pending = [...(held?.pending ?? []), rejectedEvent(rejection, moment)];
  return { ...shown, sinceMs: moment.nowMs, pending: pending.slice(-MOST_PENDING) };
}

/** What a run found out about the plan as a whole. */
export interface PlanFinding {
  readonly status: "refused" | "warning";
  readonly problems: readonly string[];
}

/**
 * The plan's next status; null if nothing is to be stored. One that is refused for the first time, or no
 * longer, gets a pending event.
 */
export function nextPlanStatus(
  held: TaskStatusItem | null,
  found: PlanFinding,
  moment: PlanMoment,
): TaskStatusItem | null {
  const pending = [...(held?.pending ?? []), ...refusalTurn(held, found, moment)];
  const kept = pending.slice(-MOST_PENDING);
  if (found.problems.length === 0) {
    return fixedStatus(held === null ? null : { ...held, pending: kept }, moment.nowMs);
  }
  const sinceMs = held?.status === found.status ? held.sinceMs : moment.nowMs;
  return {
    name: PLAN_STATUS_NAME,
    ...found,
    regions: [],
    runningLastGood: found.status === "refused",
    sinceMs,
    pending: kept,
  };
}

/** The event that refusing began or is over; none if neither. */
function refusalTurn(
  held: TaskStatusItem | null,
  { status, problems }: PlanFinding,
  { fleet, nowMs: atMs }: PlanMoment,
): OutgoingEvent[] {
  const isRefused = status === "refused" && problems.length > 0;
  if (isRefused === (held?.status === "refused")) return [];
  const sinceMs = isRefused || held === null ? atMs : held.sinceMs;
  const phase = isRefused ? "raised" : "cleared";
  const change = { kind: "plan_refused", region: null, phase, atMs, sinceMs } as const;
  const number = Math.floor(sinceMs / MINUTE_MS);
  const sender = { fleet: fleet.name, home: fleet.home, suppressedBy: null };
  return [judgedTroubleEvent({ ...change, number }, sender)];
}

function fixedStatus(held: TaskStatusItem | null, nowMs: EpochMs): TaskStatusItem | null {
  if (held === null || held.pending.length === 0) return null;
  const sinceMs = held.status === "ok" ? held.sinceMs : nowMs;
  const fixed = { status: "ok", problems: [], regions: [], runningLastGood: false } as const;
  return { ...held, ...fixed, sinceMs };
}

function reasonsOf({ problems }: Pick<Rejection, "problems">): string {
  return deriveId(...problems);
}

/** A task that the aggregator can't judge or summarise, and why, as a sentence. */
export interface SetAside {
  readonly taskName: string;
  readonly targetId: string | null;
  readonly problem: string;
  readonly regions: readonly RegionName[];
}

/** The event that a task is set aside. All those of one hour and task have one id. */
export function setAsideEvent(
  { problem, ...task }: SetAside,
  { fleet, nowMs }: PlanMoment,
): OutgoingEvent {
  const problems = [problem];
  const rejection = { ...task, problems, reason: "set_aside", runningLastGood: false } as const;
  const hour = Math.floor(nowMs / HOUR_MS);
  const id = deriveId(fleet.name, task.taskName, rejection.reason, hour);
  const event = rejectedEvent(rejection, { fleet, nowMs });
  return { ...event, id, detail: { ...event.detail, id } };
}

function rejectedEvent(rejection: Rejection, { fleet, nowMs }: PlanMoment): OutgoingEvent {
  const id = deriveId(fleet.name, rejection.taskName, reasonsOf(rejection), nowMs);
  const detail: RejectedDetail = {
    version: "1",
    id,
    fleet: fleet.name,
    home_region: fleet.home,
    task_name: rejection.taskName,
    target_id: rejection.targetId,
    severity: "warning",
    reason: rejection.reason,
    problems: rejection.problems,
    running_last_good: rejection.runningLastGood,
    regions: rejection.regions,
    since: toIso(nowMs),
  };
  const resources = [`synfleet/${fleet.name}/task/${rejection.taskName}`];
  return { id, detailType: DETAIL_TYPES.taskRejected, time: nowMs, resources, detail };
}
