import { HOUR_MS, startOfMinute } from "../../../shared/units.ts";
import type { BoardsRecord } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import type { PageServices, Route } from "./route.ts";

const USUAL_HOURS = 3;

/** `/api/boards`: a strip a task, minute by minute. */
export function boardsRoute({ sources, now }: PageServices): Route {
  return {
    method: "GET",
    path: "/api/boards",
    parameters: ["hours"],
    answer: async ({ query }) => {
      const hours = query.number("hours", { min: 1, max: 24 }) ?? USUAL_HOURS;
      const toMs = startOfMinute(now());
      const record: BoardsRecord = {
        fromMs: toMs - hours * HOUR_MS,
        toMs,
        strips: {},
        latest: {},
        regions: sources.regions.map(({ region }) => region),
      };
      return { content: jsonContent(record) };
    },
  };
}
