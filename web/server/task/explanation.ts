import type { FleetSources } from "../../../functions/history/history.ts";
import {
  type Explained,
  explainBy,
  readMinutes,
  type TaskMinute,
} from "../../../functions/replay/replay.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, startOfMinute } from "../../../shared/units.ts";

/** The command looks two hours back; a page is asked more often, and each hour is read of all tasks. */
const LOOK_BACK_MS: DurationMs = 30 * MINUTE_MS;

/** Why a task has its status, line by line: its checks of the last half hour are judged again. */
export async function readExplanation(
  sources: Pick<FleetSources, "regions">,
  { task, policy }: { readonly task: Task; readonly policy: AlertPolicy },
  nowMs: EpochMs,
): Promise<string[]> {
  const span = { fromMs: nowMs - LOOK_BACK_MS, untilMs: startOfMinute(nowMs) + MINUTE_MS };
  const minutes: TaskMinute[] = [];
  for await (const part of readMinutes(sources, { taskName: task.name, ...span })) {
    minutes.push(...(part.get(task.name)?.minutes ?? []));
  }
  if (minutes.length === 0) return ["No check of it is stored in the last half hour."];
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
    ...(changes.length === 0 ? ["Nothing changed in the last half hour."] : []),
  ];
}
