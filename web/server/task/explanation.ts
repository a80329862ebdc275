import { type Explained, explainBy, type TaskMinute } from "../../../functions/replay/replay.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs } from "../../../shared/units.ts";

/** What an explanation follows from. */
export interface ExplanationGround {
  readonly task: Task;
  readonly policy: AlertPolicy;
  /** Its stored minutes of the last two hours. */
  readonly minutes: readonly TaskMinute[];
}

/** Why a task has its status, line by line: its checks of the last two hours are judged again. */
export function explanationLines(ground: ExplanationGround, nowMs: EpochMs): string[] {
  const { task, policy, minutes } = ground;
  if (minutes.length === 0) return ["No check of it is stored in the last two hours."];
  return linesOf(explainBy({ task, minutes }, policy, nowMs));
}

function linesOf({ status, rule, since, regions, changes }: Explained): string[] {
  const because = rule === null ? "" : ` by the rule ${rule} since ${since}`;
  return [
    `${status}${because}.`,
    ...regions.map((one) => {
      const needed = one.failures_needed === null ? "" : ` of ${one.failures_needed}`;
      const row = `${one.failed_in_a_row}${needed} failures in a row`;
      return `${one.region} is ${one.health}: ${row}; last checks ${one.last_checks}`;
    }),
    ...changes.map(({ at, from, to, reason }) => `${at} ${from} to ${to}: ${reason}`),
    ...(changes.length === 0 ? ["Nothing changed in the last two hours."] : []),
  ];
}
