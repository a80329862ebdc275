import {
  INITIAL_HEALTH,
  type RegionHealth,
  type TaskState,
} from "../../../shared/health/health.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type RegionName, toIso } from "../../../shared/units.ts";
import type { AggregateServices } from "../services/services.ts";
import type { TaskMemory } from "./task-memory.ts";

/** A run writes no more lines about turns; it counts the others. */
export const MOST_TURN_LINES = 100;

/** A task's state before and after a judgement. */
interface Moved {
  readonly task: Pick<Task, "name" | "host" | "targetId">;
  readonly before: TaskState;
  readonly after: TaskState;
}

/** Logs each region in which the task's health turned. */
export function logTurns(
  { logTurn }: Pick<AggregateServices, "logTurn">,
  { turns }: Pick<TaskMemory, "turns">,
  { task, before, after }: Moved,
): void {
  for (const [region, health] of turnedRegions(before, after)) {
    if (turns.count++ >= MOST_TURN_LINES) continue;
    const { status, unhealthySinceMs } = health;
    logTurn({
      level: status === "healthy" ? "info" : "warn",
      task_name: task.name,
      target_id: task.targetId,
      host: task.host,
      probe_region: region,
      health: status,
      unhealthy_since: unhealthySinceMs === null ? null : toIso(unhealthySinceMs),
    });
  }
}

/** A region of which nothing is remembered is healthy. */
function turnedRegions(before: TaskState, after: TaskState): [RegionName, RegionHealth][] {
  const names = new Set([...Object.keys(before.regions), ...Object.keys(after.regions)]);
  return [...names].sort().flatMap((name) => {
    const health = after.regions[name] ?? INITIAL_HEALTH;
    const held = before.regions[name] ?? INITIAL_HEALTH;
    return health.status === held.status ? [] : [[name, health]];
  });
}
