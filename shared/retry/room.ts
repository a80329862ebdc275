import type { Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS } from "../units.ts";

/**
 * How long after its slot a check may still be made again: until the next slot, and no longer than
 * a minute, so that neither the lease's run nor the minute's judgement waits for it.
 */
export function retriesEndMs({ scheduleMs }: Pick<Task, "scheduleMs">): DurationMs {
  return Math.min(scheduleMs, MINUTE_MS);
}

/** How long the connections of a check may take, all its attempts and their pauses included. */
export function longestCheckMs(task: Pick<Task, "scheduleMs" | "timeoutMs" | "retry">): DurationMs {
  if (task.retry === undefined) return task.timeoutMs;
  return Math.max(task.timeoutMs, retriesEndMs(task));
}
