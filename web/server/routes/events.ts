import { readAlerts } from "../../../functions/history/history.ts";
import { DAY_MS } from "../../../shared/units.ts";
import type { EventsRecord } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { eventRow } from "./event-row.ts";
import { findTask } from "./find-task.ts";
import type { PageServices, Route } from "./route.ts";

const USUAL_LIMIT = 100;
const MOST_ROWS = 1_000;

const LOOK_BACK_DAYS = 30;

/** Events of a clock that was set back since are dated ahead. */
const LOOK_AHEAD_MS = DAY_MS;

/** `/api/events`: the events of 30 days, of a task or of all. */
export function eventsRoute(services: PageServices): Route {
  const { sources, now } = services;
  return {
    method: "GET",
    path: "/api/events",
    parameters: ["name", "limit", "before"],
    answer: async ({ query }) => {
      const limit = query.number("limit", { min: 1, max: MOST_ROWS }) ?? USUAL_LIMIT;
      const nowMs = now();
      const mostMs = nowMs + LOOK_AHEAD_MS;
      const untilMs = query.number("before", { min: 0, max: mostMs }) ?? mostMs;
      const name = query.text("name");
      const taskName = name === null ? null : (await findTask(services, name)).name;
      const sinceMs = nowMs - LOOK_BACK_DAYS * DAY_MS;
      const page = await readAlerts(sources, { sinceMs, untilMs, limit, taskName });
      const record: EventsRecord = {
        events: page.events.map(eventRow),
        damagedCount: page.damaged.length,
      };
      return { content: jsonContent(record) };
    },
  };
}
