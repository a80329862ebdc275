import {
  type AlertingSettings,
  maintenanceSpans,
  parseEntries,
} from "../../shared/alerting/operators/operators.ts";
import type { ScopedTask } from "../../shared/alerting/settings/settings.ts";
import { INITIAL_STATE, type TaskState } from "../../shared/health/health.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";
import { type KnownSince, type KnownSources, readKnownSince } from "./known-since.ts";
import type { FleetSources } from "./sources.ts";
import { type StatusChange, statusChangeOf, statusSpans } from "./status-spans.ts";
import { type StatusTime, statusTimeOf } from "./status-time.ts";

/** Which tasks are asked about, and the time. It ends at `nowMs` at the latest. */
export interface UptimeQuery extends Interval {
  readonly tasks: readonly ScopedTask[];
  readonly nowMs: EpochMs;
}

/** What is known of the tasks: their records, what operators have set, and what was. */
export interface UptimeGround {
  readonly records: Awaited<ReturnType<FleetSources["states"]["readRecords"]>>["records"];
  readonly settings: AlertingSettings;
  /** Newest first, at least those since the interval began. */
  readonly changes: ReadonlyMap<string, readonly StatusChange[]>;
  readonly known: KnownSince;
}

/** Reads how long each task had which status, by name. */
export async function readUptime(
  sources: Pick<FleetSources, "states" | "settings" | "alerts"> & KnownSources,
  query: UptimeQuery,
): Promise<Map<string, StatusTime>> {
  const [times = new Map<string, StatusTime>()] = await readUptimes(sources, [query]);
  return times;
}

/** The same of several intervals, of the same tasks, that end together: what they share is read once. */
export async function readUptimes(
  sources: Pick<FleetSources, "states" | "settings" | "alerts"> & KnownSources,
  queries: readonly UptimeQuery[],
): Promise<Map<string, StatusTime>[]> {
  const longest = queries.reduce((a, b) => (a.fromMs <= b.fromMs ? a : b));
  const { tasks, fromMs, toMs, nowMs } = longest;
  const names = tasks.map(({ name }) => name);
  const taskName = names.length === 1 ? (names[0] ?? null) : null;
  const [{ records }, entries, changes, known] = await Promise.all([
    sources.states.readRecords(),
    sources.settings.readSettings(),
    readChanges(sources, { fromMs, untilMs: nowMs + 1, taskName }),
    readKnownSince(sources, names, { fromMs, toMs: Math.min(toMs, nowMs) }),
  ]);
  const { settings } = parseEntries(entries);
  return queries.map((query) => uptimeOn({ records, settings, changes, known }, query));
}

/** How long each task had which status, of what was read before. */
export function uptimeOn(
  { records, settings, changes, known }: UptimeGround,
  { tasks, fromMs, toMs, nowMs }: UptimeQuery,
): Map<string, StatusTime> {
  const endMs = Math.min(toMs, nowMs);
  const states = new Map(records.map(({ task, state }) => [task.name, state]));
  return new Map(
    tasks.map((task) => {
      const own = changes.get(task.name) ?? [];
      const state = states.get(task.name) ?? INITIAL_STATE;
      const knownMs = Math.min(known.get(task.name) ?? endMs, firstSign(state, own));
      const interval = { fromMs: Math.min(Math.max(fromMs, knownMs), endMs), toMs: endMs };
      const spans = statusSpans(state, own, interval);
      const time = statusTimeOf(spans, maintenanceSpans(settings, task, interval));
      return [task.name, { ...time, unknownMs: interval.fromMs - fromMs }];
    }),
  );
}

/** A task whose status changed is known since then at the latest. */
function firstSign({ sinceMs }: TaskState, changes: readonly StatusChange[]): EpochMs {
  const changedAtMs = changes.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
  return sinceMs === 0 ? changedAtMs : Math.min(sinceMs, changedAtMs);
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
