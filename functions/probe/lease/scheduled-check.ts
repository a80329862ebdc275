import { type Interval, slotsOfTerm, type Timetable } from "../../../shared/slot/slot.ts";
import type { CheckInput } from "../check/check.ts";
import type { RecheckPlan } from "./recheck-plan.ts";
import type { CurrentPlan } from "./services.ts";

/** One check that a run has to make. */
export interface ScheduledCheck extends CheckInput {
  /** The rechecks that it is one of; its task then has the timeout of this one. */
  readonly rechecks?: RecheckPlan;
}

/** Every check that is due in a term, in order of time. */
export function listScheduledChecks(
  plan: Timetable & Pick<CurrentPlan, "tasks">,
  term: Interval,
): ScheduledCheck[] {
  const scheduled = plan.tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, plan, term).map((slotAtMs) => ({
      slotAtMs,
      task,
      taskIndex,
    })),
  );
  return scheduled.sort((a, b) => a.slotAtMs - b.slotAtMs);
}
