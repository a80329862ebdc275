import { type Interval, slotsOfTerm, type Timetable } from "../../../shared/slot/slot.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { CheckInput } from "../check/check.ts";
import type { RecheckPlan } from "./recheck-plan.ts";
import type { CurrentPlan } from "./services.ts";

/** One check that a run has to make. */
export interface ScheduledCheck extends CheckInput {
  /** The rechecks that it is one of; its task then has the timeout of this one. */
  readonly rechecks?: RecheckPlan;
}

/** Every check that is due in a term, or in its rest from an instant on, in order of time. */
export function listScheduledChecks(
  plan: Timetable & Pick<CurrentPlan, "tasks">,
  term: Interval,
  restFromMs: EpochMs = term.fromMs,
): ScheduledCheck[] {
  const scheduled = plan.tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, plan, term).map((slotAtMs) => ({
      slotAtMs,
      task,
      taskIndex,
    })),
  );
  const rest = scheduled.filter(({ slotAtMs }) => slotAtMs >= restFromMs);
  return rest.sort((a, b) => a.slotAtMs - b.slotAtMs);
}
