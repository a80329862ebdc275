import { readPlanned } from "../../../functions/history/history.ts";
import { parseEntries } from "../../../shared/alerting/operators/operators.ts";
import {
  alertPolicy,
  DEFAULT_ALERT_POLICY,
  usableOverrides,
} from "../../../shared/health/rules/rules.ts";
import type { TaskRecordView } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { certificateOf } from "../task/certificate.ts";
import { type ConfigGround, configLines } from "../task/config-lines.ts";
import { explanationLines } from "../task/explanation.ts";
import { readCertified, readChecks } from "../task/read-checks.ts";
import { readPeriods } from "../task/uptimes.ts";
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
      const [periods, running, minutes] = await Promise.all([
        readPeriods(services.sources, row, nowMs),
        readRunning(services, row.name),
        readChecks(services, row.name, nowMs),
      ]);
      // Whoever is checked seldom, or fails for long, showed its certificate before.
      const seen = certificateOf(minutes, nowMs);
      const isOlder = seen === null && running?.task.tls !== undefined;
      const older = isOlder ? await readCertified(services, row.name, nowMs) : [];
      const record: TaskRecordView = {
        ...{ row, ...periods },
        config: running === null ? [] : configLines(running),
        explanation: running === null ? [] : explanationLines({ ...running, minutes }, nowMs),
        certificate: seen ?? certificateOf(older, nowMs),
      };
      return { content: jsonContent(record) };
    },
  };
}

/** What follows from how a task runs; null if it runs nowhere. */
async function readRunning(
  { sources, memory }: PageServices,
  name: string,
): Promise<ConfigGround | null> {
  const [{ tasks }, entries, manifest] = await Promise.all([
    readPlanned(sources, memory.bundles),
    sources.settings.readSettings(),
    sources.regions[0]?.plans.readManifest(),
  ]);
  const [task] = tasks.get(name)?.values() ?? [];
  if (task === undefined) return null;
  const deployed = alertPolicy(DEFAULT_ALERT_POLICY, manifest?.alertDefaults ?? {});
  const policy = alertPolicy(deployed, usableOverrides(task.alert).alert);
  return { task, policy, deployed, levels: parseEntries(entries).settings };
}
