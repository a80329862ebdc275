import { durationText } from "./time.ts";

/** What is left of the time that a task may be down, e.g. `43 min left`; empty without a target. */
export function budgetText(budgetLeftMs: number | null | undefined): string {
  if (budgetLeftMs === null || budgetLeftMs === undefined) return "";
  return budgetLeftMs < 0
    ? `missed by ${durationText(-budgetLeftMs)}`
    : `${durationText(budgetLeftMs)} left`;
}
