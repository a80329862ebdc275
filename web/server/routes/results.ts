import { readResults } from "../../../functions/history/history.ts";
import { DAY_MS } from "../../../shared/units.ts";
import type { ResultsRecord } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { findTask } from "./find-task.ts";
import { reasonOf } from "./overview.ts";
import type { PageServices, Route } from "./route.ts";

const USUAL_LIMIT = 100;
const MOST_ROWS = 1_000;

/** `/api/results`: the last checks of a task within a day. */
export function resultsRoute(services: PageServices): Route {
  const { sources, now } = services;
  return {
    method: "GET",
    path: "/api/results",
    parameters: ["name", "limit"],
    answer: async ({ query }) => {
      const limit = query.number("limit", { min: 1, max: MOST_ROWS }) ?? USUAL_LIMIT;
      const { name: taskName } = await findTask(services, query.required("name"));
      const nowMs = now();
      const span = { sinceMs: nowMs - DAY_MS, untilMs: nowMs + 1, limit };
      const { rows, unread } = await readResults(sources, { taskName, region: null, ...span });
      const record: ResultsRecord = {
        rows: rows.map((row) => ({ ...row })),
        unread: unread.map(({ region, cause }) => ({ region, reason: reasonOf(cause) })),
      };
      return { content: jsonContent(record) };
    },
  };
}
