import { type Interval, slotsOfTerm } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { CurrentPlan } from "./warm-state.ts";

/** One check that a cover owes. */
export interface ScheduledCheck {
  readonly slotAtMs: EpochMs;
  readonly task: Task;
  readonly taskIndex: number;
}

/** Every check that is due in a cover, in order of time. */
export function listScheduledChecks(plan: CurrentPlan, cover: Interval): ScheduledCheck[] {
  const due = plan.tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, plan.staggerPermille, cover).map((slotAtMs) => ({
      slotAtMs,
      task,
      taskIndex,
    })),
  );
  return due.sort((a, b) => a.slotAtMs - b.slotAtMs);
}
