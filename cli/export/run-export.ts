import {
  type FleetSources,
  readAlerts,
  readSeries,
  streamResults,
} from "../../functions/history/history.ts";
import { inParallel } from "../../functions/in-parallel.ts";
import { toAggMetric } from "../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, toIso } from "../../shared/units.ts";
import { explainError } from "../command/errors.ts";
import { alertRecord } from "../show/alert-rows.ts";
import type { Part } from "./columns.ts";
import type { ExportOrder } from "./export-options.ts";
import type { Sink } from "./sink.ts";

const TASKS_AT_ONCE = 8;

/** What an export reports while it runs. */
export interface ExportHooks {
  /** So many records of a part are written, up to that instant or task. */
  readonly onProgress: (part: Part, count: number, upTo: string) => void;
  /** A sentence for each thing that could not be read. */
  readonly onFault: (sentence: string) => void;
}

/** Records of each part that were written. */
export type Counts = Record<Part, number>;

/** Writes every part of an order into the sink. What can't be read is told, and all else is written. */
export async function runExport(
  sources: FleetSources,
  order: ExportOrder,
  sink: Sink,
  hooks: ExportHooks,
): Promise<Counts> {
  const counts: Counts = { results: 0, summaries: 0, alerts: 0 };
  for (const part of order.parts) {
    try {
      for await (const { records, upTo } of PORTIONS[part](sources, order, hooks)) {
        counts[part] += records.length;
        if (!sink.add(part, records as never)) return counts;
        hooks.onProgress(part, counts[part], upTo);
      }
    } catch (error) {
      if (!(error instanceof UnreadError)) throw error;
      hooks.onFault(error.message);
    }
  }
  return counts;
}

/** The rest of a part can't be read. */
class UnreadError extends Error {}

interface Portion {
  readonly records: readonly object[];
  readonly upTo: string;
}

type Portions = (
  sources: FleetSources,
  order: ExportOrder,
  hooks: ExportHooks,
) => AsyncGenerator<Portion>;

const PORTIONS: Readonly<Record<Part, Portions>> = {
  results: resultPortions,
  summaries: summaryPortions,
  alerts: alertPortions,
};

async function* resultPortions(
  sources: FleetSources,
  order: ExportOrder,
  { onFault }: ExportHooks,
): AsyncGenerator<Portion> {
  for await (const step of streamResults(sources, order)) {
    for (const { region, cause } of step.unread)
      onFault(
        `Region ${region} could not be read, its results from ${toIso(step.fromMs)} on are missing: ${explainError(cause)}`,
      );
    for (const { region, key, reason } of step.damaged)
      onFault(`${region} ${key}: ${reason}; its results are missing`);
    for (const { region, sampleCount } of step.notUnderstood)
      onFault(`${region}: a newer version wrote ${sampleCount} samples that are read in part only`);
    yield { records: step.rows, upTo: toIso(step.toMs) };
  }
}

/** Task by task, a day at a time. */
async function* summaryPortions(
  sources: FleetSources,
  { fromMs, toMs, taskNames }: ExportOrder,
): AsyncGenerator<Portion> {
  const known = await unless("The tasks", readTaskNames(sources));
  const names = known.filter((name) => taskNames?.has(name) ?? true);
  for (let at = 0; at < names.length; at += TASKS_AT_ONCE) {
    const some = names.slice(at, at + TASKS_AT_ONCE);
    for (const day of daysOf(fromMs, toMs)) {
      const reading = inParallel(some, TASKS_AT_ONCE, (taskName) =>
        readSeries(sources, { taskName, ...day, stepMs: MINUTE_MS }),
      );
      const read = await unless(`Summaries from task ${JSON.stringify(some[0])} on`, reading);
      const records = read.flat().map(toAggMetric);
      yield { records, upTo: `task ${at + some.length} of ${names.length}` };
    }
  }
}

async function* alertPortions(
  sources: FleetSources,
  { fromMs, toMs, taskNames }: ExportOrder,
  { onFault }: ExportHooks,
): AsyncGenerator<Portion> {
  const [only, ...others] = taskNames ?? [];
  const taskName = only !== undefined && others.length === 0 ? only : null;
  for (const day of daysOf(fromMs, toMs)) {
    const span = { sinceMs: day.fromMs, untilMs: day.toMs };
    const query = { ...span, taskName, limit: Number.POSITIVE_INFINITY };
    const reading = readAlerts(sources, query);
    const { events, damaged } = await unless(`Alerts from ${toIso(day.fromMs)} on`, reading);
    for (const { key, reason } of damaged) onFault(`Event ${key}: ${reason}`);
    const wanted = events.map(alertRecord).filter(({ detail }) => isOf(detail, taskNames));
    yield { records: wanted.reverse(), upTo: toIso(day.toMs) };
  }
}

/** Stored tasks, and those that are gone and remembered, in order. */
export async function readTaskNames({
  tasks,
  states,
}: Pick<FleetSources, "tasks" | "states">): Promise<string[]> {
  const [stored, { records }] = await Promise.all([tasks.readTasks(), states.readRecords()]);
  const names = [...stored.map(({ name }) => name), ...records.map(({ task }) => task.name)];
  return [...new Set(names)].sort();
}

function isOf(detail: object, taskNames: ReadonlySet<string> | null): boolean {
  return taskNames === null || taskNames.has(String(Reflect.get(detail, "task_name")));
}

function* daysOf(fromMs: EpochMs, toMs: EpochMs) {
  for (let atMs = fromMs; atMs < toMs; atMs += DAY_MS)
    yield { fromMs: atMs, toMs: Math.min(toMs, atMs + DAY_MS) };
}

async function unless<T>(what: string, reading: Promise<T>): Promise<T> {
  return reading.catch((cause: unknown) => {
    throw new UnreadError(`${what} could not be read: ${explainError(cause)}`);
  });
}
