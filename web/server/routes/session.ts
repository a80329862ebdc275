import type { SessionRecord } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import type { PageServices, Route } from "./route.ts";

/** `/api/session`: what a page needs to change something. */
export function sessionRoute({ version, sources, runToken }: PageServices): Route {
  const record: SessionRecord = { version, fleet: sources.fleet.name, token: runToken };
  return {
    method: "GET",
    path: "/api/session",
    answer: async () => ({
      content: jsonContent(record),
      headers: { "cache-control": "no-store" },
    }),
  };
}
