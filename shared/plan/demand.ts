import { LEASE_TERM_MS, SPREAD_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { type DurationMs, SECOND_MS } from "../units.ts";
import { TLS_STARTS } from "./pace.ts";

/** What tasks ask of the probes that check them. */
export interface Demand {
  readonly taskCount: number;
  /** While the probes start connects: all the time, or in the first ten seconds of each term. */
  readonly connectsPerSecond: number;
  /** The same in plain starts, of which a TLS start takes several. */
  readonly startsPerSecond: number;
  /** A task under a minute keeps the probes running. */
  readonly isSteady: boolean;
}

/** What these tasks ask for, if they are spread as far as they can be. */
export function demandOf(tasks: readonly Pick<Task, "scheduleMs" | "tls">[]): Demand {
  return {
    taskCount: tasks.length,
    connectsPerSecond: sumOf(tasks, ratePerSecond),
    startsPerSecond: sumOf(
      tasks,
      (task) => ratePerSecond(task) * (task.tls === undefined ? 1 : TLS_STARTS),
    ),
    isSteady: tasks.some(({ scheduleMs }) => scheduleMs < LEASE_TERM_MS),
  };
}

/** What so many of such tasks ask for; of less than one, a part of it. */
export function timesDemand(demand: Demand, count: number): Demand {
  return {
    taskCount: demand.taskCount * count,
    connectsPerSecond: demand.connectsPerSecond * count,
    startsPerSecond: demand.startsPerSecond * count,
    isSteady: demand.isSteady,
  };
}

/** Of tasks under a minute evenly; of others as many as an average term has, within its spread. */
function ratePerSecond({ scheduleMs }: { readonly scheduleMs: DurationMs }): number {
  if (scheduleMs < LEASE_TERM_MS) return SECOND_MS / scheduleMs;
  return (LEASE_TERM_MS / scheduleMs) * (SECOND_MS / SPREAD_MS);
}
