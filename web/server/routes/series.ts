import {
  readAlerts,
  readSeries,
  statusChangeOf,
  statusSpans,
} from "../../../functions/history/history.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { EpochMs } from "../../../shared/units.ts";
import { jsonContent } from "../http/content.ts";
import { maintenancesOf } from "../series/maintenance-spans.ts";
import { seriesRecord } from "../series/series-record.ts";
import { spanOf } from "../series/span.ts";
import { findTask } from "./find-task.ts";
import type { PageServices, Route } from "./route.ts";

/** `/api/series`: the periods of one task. */
export function seriesRoute(services: PageServices): Route {
  const { sources, now } = services;
  return {
    method: "GET",
    path: "/api/series",
    parameters: ["name", "from", "to", "step"],
    answer: async ({ query }) => {
      const nowMs = now();
      const span = spanOf(query, nowMs);
      const task = await findTask(services, query.required("name"));
      const { name, status } = task;
      const [periods, events, entries] = await Promise.all([
        readSeries(sources, { taskName: name, ...span }),
        readEvents(services, name, { sinceMs: span.fromMs, untilMs: nowMs + 1 }),
        sources.settings.readSettings(),
      ]);
      // From the status that the overview shows back through the changes that are stored.
      const changes = events.flatMap((event) => statusChangeOf(event) ?? []);
      const interval = { fromMs: span.fromMs, toMs: Math.min(span.toMs, nowMs) };
      const statuses = status === null ? [] : statusSpans({ status }, changes, interval);
      const maintenances = maintenancesOf({ task, entries, events }, span, nowMs);
      const ground = { name, span, periods, statuses, maintenances };
      return { content: jsonContent(seriesRecord(ground)) };
    },
  };
}

async function readEvents(
  { sources }: PageServices,
  taskName: string,
  span: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs },
): Promise<readonly OutgoingEvent[]> {
  const query = { ...span, limit: Number.POSITIVE_INFINITY, taskName };
  return (await readAlerts(sources, query)).events;
}
