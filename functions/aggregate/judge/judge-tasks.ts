import { type AlertContext, eventsOf, type OutgoingEvent } from "../../../shared/event/event.ts";
import {
  closeState,
  type Judgement,
  judgeWindow,
  retainRegions,
  type TaskState,
} from "../../../shared/health/health.ts";
import { alertPolicy } from "../../../shared/health/rules/rules.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { TaskWindow } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { SummarisedTask } from "../window/window.ts";
import { stateOf, storeRecord, type TaskMemory } from "./task-memory.ts";

const PARALLEL_WRITES = 16;

/**
 * A record is one item of at most 400 KB. A task with so many bytes of pending events is not judged until the
 * bus has taken some of them: what was never decided can't be lost.
 */
const PENDING_LIMIT_BYTES = 200 * 1_024;

/** A window that is to be judged, and the plan of today. */
export interface Docket {
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  /** In which regions each task is to run; null where that is not known. */
  readonly planned: ReadonlyMap<string, readonly RegionName[]> | null;
}

interface Verdict extends Judgement {
  readonly task: AlertContext["task"];
  /** In no plan any more. */
  readonly isGone: boolean;
}

/** Judges every task's window and stores each changed state with its pending events, in one item. */
export async function judgeTasks(
  services: AggregateServices,
  memory: TaskMemory,
  docket: Docket,
): Promise<void> {
  const names = [...new Set([...docket.tasks.keys(), ...memory.records.keys()])];
  const verdicts = names.flatMap((name) => judgeTask(services, memory, { docket, name }) ?? []);
  await inParallel(verdicts, PARALLEL_WRITES, async (verdict) => {
    const pending = memory.records.get(verdict.task.name)?.pending ?? [];
    await storeRecord(services.states, memory, {
      task: verdict.task,
      state: verdict.state,
      pending: [...pending, ...eventsOfVerdict(services, verdict, docket.window)],
      goneSinceMs: verdict.isGone ? docket.window.toMs : null,
    });
  });
}

function eventsOfVerdict(
  services: AggregateServices,
  verdict: Verdict,
  window: Interval,
): OutgoingEvent[] {
  return eventsOf(verdict, {
    fleet: services.fleet.name,
    home: services.fleet.home,
    task: verdict.task,
    window: { periodStartMs: window.fromMs, periodEndMs: window.toMs },
  });
}

/** Null where nothing changes. */
function judgeTask(
  services: AggregateServices,
  memory: TaskMemory,
  { docket, name }: { docket: Docket; name: string },
): Verdict | null {
  const record = memory.records.get(name);
  if (memory.damaged.has(name) || hasTooManyPending(record)) return null;
  if (docket.planned !== null && !docket.planned.has(name)) {
    return record === undefined ? null : closeTask(record, docket.window.fromMs);
  }
  const found = docket.tasks.get(name);
  if (found === undefined) return null;
  const before = stateOf(memory, name);
  const regions = docket.planned?.get(name) ?? null;
  const kept = regions === null ? unchanged(before) : retainRegions(before, regions);
  const policy = alertPolicy(services.alertDefaults, found.task.alert);
  const judged = judgeWindow(kept.state, windowIn(found.window, regions), policy);
  if (judged.state === before) return null;
  const transitions = [...kept.transitions, ...judged.transitions];
  return { task: subjectOf(found.task), state: judged.state, transitions, isGone: false };
}

function unchanged(state: TaskState): Judgement {
  return { state, transitions: [] };
}

function subjectOf({ name, host, targetId, tags }: Task): AlertContext["task"] {
  return { name, host, targetId, tags };
}

function closeTask(record: TaskRecord, atMs: EpochMs): Verdict | null {
  const closed = closeState(record.state, atMs);
  if (closed.state === record.state && record.goneSinceMs !== null) return null;
  return { ...closed, task: record.task, isGone: true };
}

/** Regions that are to run it no more have no vote. */
function windowIn(window: TaskWindow, planned: readonly RegionName[] | null): TaskWindow {
  if (planned === null) return window;
  const regions = Object.entries(window.regions).filter(([name]) => planned.includes(name));
  return { ...window, regions: Object.fromEntries(regions) };
}

function hasTooManyPending(record: TaskRecord | undefined): boolean {
  if (record === undefined || record.pending.length < 2) return false;
  return JSON.stringify(record.pending).length > PENDING_LIMIT_BYTES;
}
