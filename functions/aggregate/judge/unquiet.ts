import { NO_MEMORY, openSpell } from "../../../shared/alerting/alerting.ts";
import type { RegionHealth } from "../../../shared/health/health.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import { sumOf } from "../../../shared/sum-of.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import type { UnquietList } from "../../ports/unquiet-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { TaskMemory } from "./task-memory.ts";

/** With fewer records to read it is not worth to write which of them matter. */
const LEAST_RECORDS = 500;

/** More names are not listed: then all records are read. */
const MOST_NAMES = 1_000;

/** Nor names of more bytes in UTF-8: the list is one item of at most 400 KB, and records wait for it. */
const MOST_NAME_BYTES = 100 * 1_024;

/** What was closed so lately may still hold alerts of others. */
const LATELY_MS: DurationMs = 10 * MINUTE_MS;

/** What of a record others may ask for. */
type Stirred = Pick<TaskRecord, "state" | "alerting" | "pending" | "unrecorded">;

/**
 * Whether a record matters to looks at other tasks: something of its task is open, was closed lately,
 * fails or is held, or an event is owed. To them any other one is like that of a task which nothing is
 * remembered of.
 */
function isUnquiet(record: Stirred, atMs: EpochMs): boolean {
  const { state, alerting = NO_MEMORY, pending, unrecorded } = record;
  const { closedAtMs } = state.incident;
  return (
    pending.length + unrecorded.length > 0 ||
    Object.keys(alerting).length > 0 ||
    state.status !== "OK" ||
    openSpell(state) !== null ||
    (closedAtMs !== null && atMs - closedAtMs < LATELY_MS) ||
    Object.values(state.regions).some(isFailing)
  );
}

/** What can't be judged counts too, so that a look sets it aside as the minute's run does. */
function mayMatter(record: Stirred, atMs: EpochMs): boolean {
  try {
    return isUnquiet(record, atMs);
  } catch {
    return true;
  }
}

function isFailing({ status, failCount }: RegionHealth): boolean {
  return status === "unhealthy" || failCount > 0;
}

/** What a look is about to store. */
export interface Stirring {
  readonly pace: "window" | "samples";
  readonly window: Interval;
  readonly next: readonly (Stirred & { readonly name: string })[];
}

/**
 * Lists the tasks that are unquiet from now on, before any record that makes one so is stored: a run
 * that ends in between leaves names too many, never one too few. Throws if another run has changed the
 * list.
 */
export async function listUnquiet(
  services: Pick<AggregateServices, "unquiet" | "leastRecords">,
  memory: TaskMemory,
  stirring: Stirring,
): Promise<void> {
  const { list } = memory.unquiet;
  const next = nextList(services, memory, stirring);
  if (next === list) return;
  const stored = { ...next, version: list.version + 1 };
  if ((await services.unquiet.putUnquiet(stored)) === "lost")
    throw new Error("The list of unquiet tasks was changed by another run");
  memory.unquiet.list = stored;
}

/** The same object if it stays as it is. */
function nextList(
  { leastRecords = LEAST_RECORDS }: Pick<AggregateServices, "leastRecords">,
  memory: TaskMemory,
  { pace, window, next }: Stirring,
): UnquietList {
  const { list } = memory.unquiet;
  const atMs = window.toMs;
  const stirred = next.filter((record) => mayMatter(record, atMs)).map(({ name }) => name);
  if (pace === "samples") {
    const { taskNames } = list;
    if (taskNames === null || stirred.every((name) => taskNames.includes(name))) return list;
    return { ...list, taskNames: bounded([...taskNames, ...stirred]) };
  }
  // Every record is known here, so that names that do not matter any more can go.
  if (memory.records.size < leastRecords)
    return list.window === null ? list : { ...list, window: null, taskNames: null };
  const records = [...memory.records].filter(([, record]) => mayMatter(record, atMs));
  const names = [...memory.damaged, ...records.map(([name]) => name), ...stirred];
  return {
    ...list,
    window: { fromMs: window.fromMs, toMs: window.toMs },
    taskNames: bounded(names),
  };
}

function bounded(names: readonly string[]): readonly string[] | null {
  const each = [...new Set(names)].sort();
  if (each.length > MOST_NAMES) return null;
  const byteCount = sumOf(each, (name) => Buffer.byteLength(name));
  return byteCount > MOST_NAME_BYTES ? null : each;
}

/** The names of the tasks that others must know of at a watermark; null if that is not known. */
export function namesAt({ window, taskNames }: UnquietList, watermarkMs: EpochMs | null) {
  const isWhole = window !== null && (watermarkMs === window.fromMs || watermarkMs === window.toMs);
  return isWhole ? taskNames : null;
}
