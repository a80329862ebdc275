import { budgetLeft, type OverviewTask, readOverview } from "../../../functions/history/history.ts";
import { troubleSentence } from "../../../shared/event/event.ts";
import type { OverviewRecord, TaskRow } from "../../records/records.ts";
import type { PageServices, Route } from "./route.ts";

/** `/api/overview`: how every task is. */
export function overviewRoute({ overview }: PageServices): Route {
  return {
    method: "GET",
    path: "/api/overview",
    answer: async () => ({ content: (await overview.get()).content }),
  };
}

/** Reads the record of the overview. */
export async function readOverviewRecord({
  sources,
  memory,
  now,
}: Pick<PageServices, "sources" | "memory" | "now">): Promise<OverviewRecord> {
  const nowMs = now();
  const { fleet, judgedToMs, regions, tasks, groups, impaired, troubles, unread } =
    await readOverview(sources, nowMs, memory);
  return {
    ...{ fleet, nowMs, judgedToMs, regions, groups, impaired },
    troubles: troubles.map((one) => ({ text: troubleSentence(one), sinceMs: one.sinceMs })),
    tasks: tasks.map(taskRow),
    unread: unread.map(({ region, cause }) => ({ region, reason: reasonOf(cause) })),
  };
}

function taskRow(task: OverviewTask): TaskRow {
  const { slaPercent, lastDay } = task;
  return { ...task, budgetLeftMs: slaPercent === null ? null : budgetLeft(lastDay, slaPercent) };
}

/** Why something could not be read, in words. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
