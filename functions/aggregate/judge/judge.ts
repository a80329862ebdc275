import { type AlertingContext, applyAlerting } from "../../../shared/alerting/alerting.ts";
import { eventsOf } from "../../../shared/event/event.ts";
import {
  closeState,
  type Judgement,
  judgeWindow,
  retainRegions,
  type TaskState,
} from "../../../shared/health/health.ts";
import {
  type AlertPolicy,
  alertPolicy,
  usableOverrides,
} from "../../../shared/health/rules/rules.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { TaskWindow } from "../../../shared/summary/summary.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { SummarisedTask } from "../window/window.ts";
import { eventsOwed, stateOf, storeRecord, type TaskMemory } from "./task-memory.ts";

export { takeBackMemory } from "./take-back-memory.ts";
export {
  pendingEvents,
  readMemory,
  setUnsummarisedAside,
  stateOf,
  storeRecord,
  type TaskMemory,
} from "./task-memory.ts";

const PARALLEL_WRITES = 16;

/**
 * A record is one item of at most 400 KB. While a task owes this many bytes of events, it is not
 * judged: an event that was never decided can't be lost.
 */
const OWED_LIMIT_BYTES = 200 * 1_024;

/** A window to judge, and the plan of today. */
export interface JudgeInput {
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  /** The regions in which each task is planned; null if the plan is not known. */
  readonly planned: ReadonlyMap<string, readonly RegionName[]> | null;
  /** See `Progress`. */
  readonly pass: number;
  /** No state is stored at or after this instant. */
  readonly untilMs: EpochMs;
}

/** The judgement of one task that is to be stored. */
interface TaskJudgement extends Judgement {
  readonly context: AlertingContext;
  /** No plan has the task any more. */
  readonly isGone: boolean;
}

/**
 * Judges every task's window, and stores each state that changed with its events, in one item.
 * Returns whether all were stored in time: judging again what is stored already changes nothing, so
 * the next run goes on from there.
 */
export async function judgeTasks(
  services: AggregateServices,
  memory: TaskMemory,
  input: JudgeInput,
): Promise<"judged" | "late"> {
  const { name: fleet, home } = services.fleet;
  let outcome: "judged" | "late" = "judged";
  const names = [...new Set([...input.tasks.keys(), ...memory.records.keys()])];
  const judged = names.flatMap((name) => judgeAlone(services, memory, { ...input, name }) ?? []);
  await inParallel(judged, PARALLEL_WRITES, async (judgement) => {
    if (services.now() >= input.untilMs) {
      outcome = "late";
      return;
    }
    const { context, state, isGone } = judgement;
    const { pending, unrecorded } = memory.records.get(context.task.name) ?? NOTHING_OWED;
    const events = eventsOf(judgement, { ...context, fleet, home, pass: input.pass });
    await storeRecord(services.states, memory, {
      task: context.task,
      state,
      pending: [...pending, ...events],
      unrecorded: [...unrecorded, ...events],
      goneSinceMs: isGone ? input.window.toMs : null,
    });
  });
  return outcome;
}

const NOTHING_OWED = { pending: [], unrecorded: [] } as const;

/** A task whose judgement throws is set aside, and the others go on. Null if nothing is to be stored. */
function judgeAlone(
  services: AggregateServices,
  memory: TaskMemory,
  input: JudgeInput & { readonly name: string },
): TaskJudgement | null {
  try {
    return judgeTask(services, memory, input);
  } catch (error) {
    memory.setAside.set(input.name, `not judged: ${String(error)}`);
    return null;
  }
}

/** Null if nothing is to be stored. */
function judgeTask(
  { alertDefaults }: AggregateServices,
  memory: TaskMemory,
  input: JudgeInput & { readonly name: string },
): TaskJudgement | null {
  const { window, tasks, planned, name } = input;
  const record = memory.records.get(name);
  if (memory.damaged.has(name)) return null;
  const owedBytes = owedBytesOf(record);
  if (owedBytes > OWED_LIMIT_BYTES) {
    const rule = `must be at most ${OWED_LIMIT_BYTES} bytes, are ${owedBytes}`;
    memory.setAside.set(name, `not judged: its pending events ${rule}`);
    return null;
  }
  if (planned !== null && !planned.has(name)) {
    return record === undefined ? null : closeTask(record, window);
  }
  const found = tasks.get(name);
  if (found === undefined) return null;
  const before = stateOf(memory, name);
  const { alert, odd } = usableOverrides(found.task.alert);
  for (const field of odd) {
    memory.faults.add(`Task ${JSON.stringify(name)}: alert.${field} is odd, so its default counts`);
  }
  const policy = alertPolicy(alertDefaults, alert);
  const judged = judgeIn(planned?.get(name) ?? null, before, { window: found.window, policy });
  const context = contextOf(found.task, window);
  const { state, transitions } = applyAlerting(judged, context);
  return state === before ? null : { state, transitions, context, isGone: false };
}

/** Regions in which the task is no longer planned have no vote; null if the plan is not known. */
function judgeIn(
  planned: readonly RegionName[] | null,
  before: TaskState,
  { window, policy }: { readonly window: TaskWindow; readonly policy: AlertPolicy },
): Judgement {
  if (planned === null) return judgeWindow(before, window, policy);
  const kept = retainRegions(before, planned);
  const regions = Object.entries(window.regions).filter(([name]) => planned.includes(name));
  const own = { ...window, regions: Object.fromEntries(regions) };
  const judged = judgeWindow(kept.state, own, policy);
  return { state: judged.state, transitions: [...kept.transitions, ...judged.transitions] };
}

function closeTask(record: TaskRecord, window: Interval): TaskJudgement | null {
  const context = contextOf(record.task, window);
  const { state, transitions } = applyAlerting(closeState(record.state, window.fromMs), context);
  if (state === record.state && record.goneSinceMs !== null) return null;
  return { state, transitions, context, isGone: true };
}

function contextOf(
  { name, host, targetId, tags }: AlertingContext["task"],
  { fromMs, toMs }: Interval,
): AlertingContext {
  const window = { periodStartMs: fromMs, periodEndMs: toMs };
  return { task: { name, host, targetId, tags }, window };
}

/** In UTF-8, as DynamoDB counts; 0 for a single event, which is never too large. */
function owedBytesOf(record: TaskRecord | undefined): number {
  const owed = record === undefined ? [] : eventsOwed(record);
  return owed.length < 2 ? 0 : Buffer.byteLength(JSON.stringify(owed));
}
