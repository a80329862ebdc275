import {
  type AlertingSettings,
  maintenanceSpans,
  parseEntries,
} from "../../shared/alerting/operators/operators.ts";
import type { TaskStatus } from "../../shared/health/health.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type {
  Outage,
  StatusDay,
  StatusSite,
  StatusState,
  StatusTask,
} from "../../shared/status-page/status-page.ts";
import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { OverviewTask } from "./overview-task.ts";
import { readOverview } from "./read-overview.ts";
import { readSeries } from "./read-series.ts";
import { readChanges } from "./read-uptime.ts";
import type { FleetSources } from "./sources.ts";
import { type StatusChange, type StatusSpan, statusSpans } from "./status-spans.ts";
import { statusTimeOf, uptimePercent } from "./status-time.ts";

/** What a public status page shows. */
export interface SiteOptions {
  readonly title: string;
  readonly days: number;
  readonly showHosts: boolean;
  /** Only tasks with this tag, `name` or `name=value`; null for all. */
  readonly tag: string | null;
}

/**
 * What is over: since when each task is known, and its changes of status, newest first, before
 * `untilMs`. Whoever makes the page each minute keeps it for an hour or so.
 */
export interface SitePast {
  readonly untilMs: EpochMs;
  readonly knownSince: ReadonlyMap<string, EpochMs>;
  readonly changes: ReadonlyMap<string, readonly StatusChange[]>;
}

const TASKS_AT_ONCE = 8;

/** More incidents are not listed. */
const MOST_OUTAGES = 50;

/** Reads what a public status page shows. Tasks that are disabled or rejected are not on it. */
export async function readStatusSite(
  sources: FleetSources,
  options: SiteOptions,
  { nowMs, past }: { readonly nowMs: EpochMs; readonly past: SitePast },
): Promise<StatusSite> {
  const fromMs = firstDay(options, nowMs);
  const [overview, changes, entries] = await Promise.all([
    readOverview(sources, nowMs),
    readChanges(sources, { fromMs: past.untilMs, untilMs: nowMs + 1, taskName: null }),
    sources.settings.readSettings(),
  ]);
  const { settings } = parseEntries(entries);
  const shown = overview.tasks.filter((task) => isPublic(task, options.tag));
  const pages = shown.map((task) =>
    pageOf(task, {
      ...{ options, settings, fromMs, nowMs },
      changes: [...(changes.get(task.name) ?? []), ...(past.changes.get(task.name) ?? [])],
      knownMs: past.knownSince.get(task.name) ?? nowMs,
    }),
  );
  return {
    title: options.title,
    asOfMs: overview.judgedToMs,
    tasks: pages.map(({ task }) => task),
    outages: pages
      .flatMap(({ outages }) => outages)
      .sort((a, b) => b.fromMs - a.fromMs)
      .slice(0, MOST_OUTAGES),
  };
}

/** An event is stored at most half an hour after it is dated, and what is in doubt is read again. */
const SETTLED_MS: DurationMs = HOUR_MS;

/** Reads what is over. It takes a query a task. */
export async function readSitePast(
  sources: FleetSources,
  { options, nowMs }: { readonly options: Pick<SiteOptions, "days">; readonly nowMs: EpochMs },
): Promise<SitePast> {
  const fromMs = firstDay(options, nowMs);
  const untilMs = Math.max(fromMs, nowMs - SETTLED_MS);
  const [changes, stored] = await Promise.all([
    readChanges(sources, { fromMs, untilMs, taskName: null }),
    sources.tasks.readTasks(),
  ]);
  const found = await inParallel(stored, TASKS_AT_ONCE, async ({ name: taskName }) => {
    const [first] = await readSeries(sources, { taskName, fromMs, toMs: nowMs, stepMs: DAY_MS });
    return first === undefined ? [] : [[taskName, first.periodStartMs] as const];
  });
  return { untilMs, changes, knownSince: new Map(found.flat()) };
}

/** Today is the last one. */
function firstDay({ days }: Pick<SiteOptions, "days">, nowMs: EpochMs): EpochMs {
  return nowMs - (nowMs % DAY_MS) - (days - 1) * DAY_MS;
}

function isPublic({ standing, tags }: OverviewTask, tag: string | null): boolean {
  if (standing === "disabled" || standing === "rejected") return false;
  if (tag === null) return true;
  const [name = "", value] = tag.split(/=(.*)/s);
  return Object.hasOwn(tags, name) && (value === undefined || tags[name] === value);
}

interface TaskGround {
  readonly options: SiteOptions;
  readonly settings: AlertingSettings;
  readonly changes: readonly StatusChange[];
  readonly fromMs: EpochMs;
  readonly knownMs: EpochMs;
  readonly nowMs: EpochMs;
}

function pageOf(
  task: OverviewTask,
  { options, settings, changes, fromMs, knownMs, nowMs }: TaskGround,
): { readonly task: StatusTask; readonly outages: readonly Outage[] } {
  const interval = { fromMs: Math.min(Math.max(fromMs, knownMs), nowMs), toMs: nowMs };
  const spans = task.status === null ? [] : statusSpans({ status: task.status }, changes, interval);
  const held = maintenanceSpans(settings, task, interval);
  const starts = Array.from({ length: options.days }, (_, i) => fromMs + i * DAY_MS);
  const days = starts.map((startMs) => dayOf(spans, held, startMs));
  return {
    task: {
      name: task.name,
      host: options.showHosts ? task.host : null,
      group: task.targetId,
      state: stateOf(task),
      sinceMs: task.sinceMs,
      days,
      uptimePercent: uptimePercent(statusTimeOf(spans, held)),
    },
    outages: outagesOf(task.name, spans, { held, nowMs }),
  };
}

const STATES: Readonly<Record<TaskStatus, StatusState>> = {
  OK: "up",
  WARNING: "degraded",
  CRITICAL: "down",
  NO_DATA: "no_data",
};

function stateOf({ status, held }: OverviewTask): StatusState {
  if (held.some(({ kind }) => kind === "maintenance")) return "maintenance";
  return status === null ? "unknown" : STATES[status];
}

function dayOf(
  spans: readonly StatusSpan[],
  held: readonly Interval[],
  startMs: EpochMs,
): StatusDay {
  const day = { fromMs: startMs, toMs: startMs + DAY_MS };
  const time = statusTimeOf(within(spans, day), held);
  return {
    startMs,
    uptimePercent: uptimePercent(time),
    downMs: time.criticalMs,
    degradedMs: time.warningMs,
    maintenanceMs: time.maintenanceMs,
  };
}

function within(spans: readonly StatusSpan[], { fromMs, toMs }: Interval): StatusSpan[] {
  return spans.flatMap((span) => {
    const cut = { ...span, fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) };
    return cut.fromMs < cut.toMs ? [cut] : [];
  });
}

/** What was down while nobody worked on it. */
function outagesOf(
  taskName: string,
  spans: readonly StatusSpan[],
  { held, nowMs }: { readonly held: readonly Interval[]; readonly nowMs: EpochMs },
): Outage[] {
  return spans.flatMap((span) => {
    const isOutage = span.status === "CRITICAL" && statusTimeOf([span], held).criticalMs > 0;
    if (!isOutage) return [];
    return [{ taskName, fromMs: span.fromMs, toMs: span.toMs === nowMs ? null : span.toMs }];
  });
}
