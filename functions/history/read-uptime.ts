import {
  type AlertingSettings,
  maintenanceSpans,
  parseEntries,
} from "../../shared/alerting/operators/operators.ts";
import type { ScopedTask } from "../../shared/alerting/settings/settings.ts";
import { INITIAL_STATE } from "../../shared/health/health.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";
import type { FleetSources } from "./sources.ts";
import { type StatusChange, statusChangeOf, statusSpans } from "./status-spans.ts";
import { type StatusTime, statusTimeOf } from "./status-time.ts";

/** Which tasks are asked about, and the time. It ends at `nowMs` at the latest. */
export interface UptimeQuery extends Interval {
  readonly tasks: readonly ScopedTask[];
  readonly nowMs: EpochMs;
}

/** What is known of the tasks: their records, and what operators have set. */
export interface UptimeGround {
  readonly records: Awaited<ReturnType<FleetSources["states"]["readRecords"]>>["records"];
  readonly settings: AlertingSettings;
}

/** Reads how long each task had which status, by name. */
export async function readUptime(
  sources: Pick<FleetSources, "states" | "settings" | "alerts">,
  query: UptimeQuery,
): Promise<Map<string, StatusTime>> {
  const [{ records }, entries] = await Promise.all([
    sources.states.readRecords(),
    sources.settings.readSettings(),
  ]);
  return uptimeOn(sources, { records, settings: parseEntries(entries).settings }, query);
}

/** The same, of records that were read just before. */
export async function uptimeOn(
  sources: Pick<FleetSources, "alerts">,
  { records, settings }: UptimeGround,
  { tasks, fromMs, toMs, nowMs }: UptimeQuery,
): Promise<Map<string, StatusTime>> {
  const interval = { fromMs, toMs: Math.min(toMs, nowMs) };
  const [only, ...others] = tasks;
  const taskName = only !== undefined && others.length === 0 ? only.name : null;
  const changes = await readChanges(sources, { fromMs, untilMs: nowMs + 1, taskName });
  const states = new Map(records.map(({ task, state }) => [task.name, state]));
  return new Map(
    tasks.map((task) => {
      const own = changes.get(task.name) ?? [];
      const spans = statusSpans(states.get(task.name) ?? INITIAL_STATE, own, interval);
      return [task.name, statusTimeOf(spans, maintenanceSpans(settings, task, interval))];
    }),
  );
}

/** The changes of status by task, newest first. */
export async function readChanges(
  { alerts }: Pick<FleetSources, "alerts">,
  span: {
    readonly fromMs: EpochMs;
    readonly untilMs: EpochMs;
    readonly taskName: string | null;
  },
): Promise<Map<string, StatusChange[]>> {
  const { events } = await alerts.readHistory({
    sinceMs: span.fromMs,
    untilMs: span.untilMs,
    limit: Number.POSITIVE_INFINITY,
    taskName: span.taskName,
  });
  const changes = new Map<string, StatusChange[]>();
  for (const event of events) {
    const change = statusChangeOf(event);
    if (change === null) continue;
    const own = changes.get(change.taskName);
    if (own === undefined) changes.set(change.taskName, [change]);
    else own.push(change);
  }
  return changes;
}
