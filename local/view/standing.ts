import {
  type FleetSources,
  readOverview,
  statusChangeOf,
} from "../../functions/history/history.ts";
import type { TaskStatus } from "../../shared/health/health.ts";
import type { EpochMs } from "../../shared/units.ts";
import type { EventEnvelope } from "../events/put-events.ts";

/** The state of a task that runs. */
export interface StandingState {
  readonly name: string;
  readonly state: TaskStatus;
  /** Since when it has this state; null if it is not known, or if it never had another one. */
  readonly sinceMs: EpochMs | null;
}

/** Reads the states that stand from before, the worst first. */
export async function readStanding(
  sources: FleetSources,
  nowMs: EpochMs,
): Promise<StandingState[]> {
  const { tasks } = await readOverview(sources, nowMs);
  return tasks.flatMap(({ name, status, sinceMs }) =>
    status === null ? [] : [{ name, state: status, sinceMs }],
  );
}

/** The state that an event tells; null if it tells none. */
export function standingOf(event: EventEnvelope): StandingState | null {
  const { "detail-type": detailType, detail, time } = event;
  const change = statusChangeOf({ detailType, detail, time: Date.parse(time) });
  return change && { name: change.taskName, state: change.to, sinceMs: change.atMs };
}

const RANKS: Readonly<Record<TaskStatus, number>> = { CRITICAL: 0, NO_DATA: 1, WARNING: 2, OK: 3 };

/** Where a state stands in a list that begins with what is down; an unknown one is as good as OK. */
export function rankOfState(state: TaskStatus | null): number {
  return state === null ? RANKS.OK : RANKS[state];
}
