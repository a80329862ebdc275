import { readPlanned } from "../../../functions/history/history.ts";
import { parseEntries } from "../../../shared/alerting/operators/operators.ts";
import {
  alertPolicy,
  DEFAULT_ALERT_POLICY,
  usableOverrides,
} from "../../../shared/health/rules/rules.ts";
import type { TaskRecordView } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { configLines } from "../task/config-lines.ts";
import { readExplanation } from "../task/explanation.ts";
import { readUptimes } from "../task/uptimes.ts";
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
      const nowMs = services.now();
      const [uptime, running] = await Promise.all([
        readUptimes(services.sources, row, nowMs),
        readRunning(services, row.name, nowMs),
      ]);
      const record: TaskRecordView = { row, uptime, ...running, certificate: null };
      return { content: jsonContent(record) };
    },
  };
}

/** What is known of a task as it runs; a task that runs nowhere has no more than its row. */
async function readRunning(
  { sources }: PageServices,
  name: string,
  nowMs: number,
): Promise<Pick<TaskRecordView, "config" | "explanation">> {
  const [{ tasks }, entries, manifest] = await Promise.all([
    readPlanned(sources),
    sources.settings.readSettings(),
    sources.regions[0]?.plans.readManifest(),
  ]);
  const [task] = tasks.get(name)?.values() ?? [];
  if (task === undefined) return { config: [], explanation: [] };
  const deployed = alertPolicy(DEFAULT_ALERT_POLICY, manifest?.alertDefaults ?? {});
  const policy = alertPolicy(deployed, usableOverrides(task.alert).alert);
  const { settings: levels } = parseEntries(entries);
  return {
    config: configLines({ task, policy, deployed, levels }),
    explanation: await readExplanation(sources, { task, policy }, nowMs),
  };
}
