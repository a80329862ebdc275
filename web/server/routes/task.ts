import type { TaskRecordView } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { findTask } from "./find-task.ts";
import type { PageServices, Route } from "./route.ts";

/** `/api/task`: what is known of one task beside its figures. */
export function taskRoute(services: PageServices): Route {
  return {
    method: "GET",
    path: "/api/task",
    parameters: ["name"],
    answer: async ({ query }) => {
      const row = await findTask(services, query.required("name"));
      const record: TaskRecordView = {
        row,
        config: [],
        explanation: [],
        certificate: null,
        uptime: { "1d": null, "7d": null, "30d": null, "90d": null },
      };
      return { content: jsonContent(record) };
    },
  };
}
