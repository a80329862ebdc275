import type { Judgement } from "../health/health.ts";
import type { TaskWindow } from "../summary/summary.ts";
import type { Task } from "../task/task.ts";

/** The task and the window that a judgement is about. */
export interface AlertingContext {
  readonly task: Pick<Task, "name" | "host" | "targetId" | "tags">;
  readonly window: Pick<TaskWindow, "periodStartMs" | "periodEndMs">;
}

/** One decision on what a judgement tells users: a pure step that returns the next judgement. */
export type AlertingStep = (judgement: Judgement, context: AlertingContext) => Judgement;

/** The steps in their order. Each one sees what the steps before it left. */
const STEPS: readonly AlertingStep[] = [];

/**
 * Decides what users are told of a judgement, before its transitions become events. There is no step
 * yet, so it returns the same judgement.
 */
export function applyAlerting(
  judgement: Judgement,
  context: AlertingContext,
  steps: readonly AlertingStep[] = STEPS,
): Judgement {
  return steps.reduce((judged, step) => step(judged, context), judgement);
}
