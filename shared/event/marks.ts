import type { Hold, TellingMarks } from "../alerting/alerting.ts";

/** An event names so many of the tasks that are held because of it; its count is of all. */
const MAX_HELD_TASKS = 20;

/** What alerting adds to an event of a task. A field is absent if there is nothing to say. */
export interface MarksDetail {
  /** Users are not told, and why. */
  readonly suppressed_by?: Hold;
  readonly held_count?: number;
  readonly held_tasks?: readonly string[];
}

/** The marks as events show them. */
export function marksOf({
  suppressedBy = null,
  heldTasks = [],
}: Partial<TellingMarks>): MarksDetail {
  return {
    ...(suppressedBy !== null && { suppressed_by: suppressedBy }),
    ...(heldTasks.length > 0 && {
      held_count: heldTasks.length,
      held_tasks: heldTasks.slice(0, MAX_HELD_TASKS),
    }),
  };
}
