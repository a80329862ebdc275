import {
  readAlerts,
  readSeries,
  type StatusSpan,
  statusChangeOf,
  statusSpans,
} from "../../../functions/history/history.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { TaskRow } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { seriesRecord } from "../series/series-record.ts";
import { spanOf } from "../series/span.ts";
import { findTask } from "./find-task.ts";
import type { PageServices, Route } from "./route.ts";

/** `/api/series`: the periods of one task. */
export function seriesRoute(services: PageServices): Route {
  return {
    method: "GET",
    path: "/api/series",
    parameters: ["name", "from", "to", "step"],
    answer: async ({ query }) => {
      const span = spanOf(query, services.now());
      const task = await findTask(services, query.required("name"));
      const { name: taskName } = task;
      const [periods, statuses] = await Promise.all([
        readSeries(services.sources, { taskName, ...span }),
        readStatuses(services, task, span),
      ]);
      return { content: jsonContent(seriesRecord({ name: taskName, span, periods, statuses })) };
    },
  };
}

/** From the status that the overview shows back through the changes that are stored. */
async function readStatuses(
  { sources, now }: PageServices,
  { name, status }: TaskRow,
  { fromMs, toMs }: Interval,
): Promise<StatusSpan[]> {
  if (status === null) return [];
  const nowMs = now();
  const query = { sinceMs: fromMs, untilMs: nowMs + 1, limit: Number.POSITIVE_INFINITY };
  const { events } = await readAlerts(sources, { ...query, taskName: name });
  const changes = events.flatMap((event) => statusChangeOf(event) ?? []);
  return statusSpans({ status }, changes, { fromMs, toMs: Math.min(toMs, nowMs) });
}
