import type { AlertingContext, ToldTask } from "../../../shared/alerting/alerting.ts";
import { eventsOf } from "../../../shared/event/event.ts";
import { impairedRegions } from "../../../shared/fleet-health/fleet-health.ts";
import {
  closeState,
  type Judgement,
  judgeSamples,
  judgeWindow,
  retainRegions,
  type TaskState,
} from "../../../shared/health/health.ts";
import {
  type AlertPolicy,
  alertPolicy,
  usableOverrides,
} from "../../../shared/health/rules/rules.ts";
import type { UsualTimes } from "../../../shared/health/trends/trends.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { TaskWindow } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { SummarisedTask } from "../window/window.ts";
import { concludeFleet, type FleetLook, judgeFleetRegions } from "./judge-fleet.ts";
import { logTurns } from "./log-turns.ts";
import { OWED_LIMIT_BYTES, owedBytesOf } from "./owed-bytes.ts";
import { readUsual } from "./read-usual.ts";
import { stateOf, storeRecord, type TaskMemory } from "./task-memory.ts";
import { memoryOf, type TaskJudgement, tellLook } from "./tell-look.ts";
import { listUnquiet } from "./unquiet.ts";

export { fleetHoldAt } from "./fleet-hold.ts";
export { MOST_TURN_LINES } from "./log-turns.ts";
export { hasFleetRoom } from "./owed-bytes.ts";
export { completeMemory, readMemory, readMemoryFor } from "./read-memory.ts";
export { storeFleet } from "./store-fleet.ts";
export { takeBackMemory } from "./take-back-memory.ts";
export {
  pendingEvents,
  setUnsummarisedAside,
  stateOf,
  storeRecord,
  type TaskMemory,
} from "./task-memory.ts";

const PARALLEL_WRITES = 16;

/** What is judged: a closed window, or only the samples of an interval that is not over. */
const JUDGES: Readonly<Record<"window" | "samples", typeof judgeWindow>> = {
  window: judgeWindow,
  samples: judgeSamples,
};

/** A window to judge, and the plan of today. */
export interface JudgeInput {
  readonly pace: keyof typeof JUDGES;
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  /** The regions in which each task is planned; null if the plan is not known. */
  readonly planned: ReadonlyMap<string, readonly RegionName[]> | null;
  /** The tasks that each region is to run now; without regions whose plan is not known. */
  readonly plans: ReadonlyMap<RegionName, readonly Task[]>;
  /** See `Progress`. */
  readonly pass: number;
  /** No state is stored at or after this instant. */
  readonly untilMs: EpochMs;
}

/** One task in a look. */
interface TaskInput extends JudgeInput {
  readonly name: string;
  /** The usual connect times of tasks, of those for which they were read. */
  readonly usual: ReadonlyMap<string, UsualTimes>;
  /** Regions that abstain. */
  readonly sick: ReadonlySet<RegionName>;
}

/**
 * Judges every task's window, and stores each state that changed with its events, in one item; then
 * the fleet's own. Returns whether all were stored in time: judging again what is stored already
 * changes nothing, so the next run goes on from there.
 */
export async function judgeTasks(
  services: AggregateServices,
  memory: TaskMemory,
  input: JudgeInput,
): Promise<"judged" | "late"> {
  if (services.now() >= input.untilMs) return "late";
  const usual = input.pace === "window" ? await readUsual(services, memory, input.window) : NONE;
  const { judged, ...fleet } = judgeAll(services, memory, { ...input, usual });
  const told = await tellLook(services, memory, { ...input, judged });
  let outcome: "judged" | "late" = "judged";
  const drafts = changed(memory, judged, told).map((one) => draftOf(services, memory, one, input));
  const next = drafts.map((draft) => ({ ...draft, name: draft.task.name }));
  await listUnquiet(services, memory, { pace: input.pace, window: input.window, next });
  await inParallel(drafts, PARALLEL_WRITES, async (draft) => {
    if (services.now() < input.untilMs) await storeJudgement(services, memory, draft);
    else outcome = "late";
  });
  if (services.now() < input.untilMs) await concludeFleet(services, memory, fleet);
  else outcome = "late";
  return outcome;
}

const NONE: ReadonlyMap<string, UsualTimes> = new Map();

/**
 * The regions' health follows from samples alone, so it is known before it is decided which regions
 * abstain. Only if that changes are the tasks judged again.
 */
function judgeAll(
  services: AggregateServices,
  memory: TaskMemory,
  input: Omit<TaskInput, "name" | "sick">,
) {
  const before = impairedRegions(memory.fleet.record.state);
  const first = judgeBy(services, memory, { ...input, sick: before });
  const verdict = judgeFleetRegions(services, memory, lookOf(memory, input, first));
  const isSame =
    before.size === verdict.sick.size && [...before].every((name) => verdict.sick.has(name));
  const judged = isSame ? first : judgeBy(services, memory, { ...input, sick: verdict.sick });
  return { judged, verdict, look: lookOf(memory, input, judged) };
}

function judgeBy(
  services: AggregateServices,
  memory: TaskMemory,
  input: Omit<TaskInput, "name">,
): TaskJudgement[] {
  const names = [...new Set([...input.tasks.keys(), ...memory.records.keys()])];
  return names.flatMap((name) => judgeAlone(services, memory, { ...input, name }) ?? []);
}

function lookOf(
  memory: TaskMemory,
  { window, tasks, plans }: JudgeInput,
  judged: readonly TaskJudgement[],
): FleetLook {
  const states = new Map(judged.map(({ context, state }) => [context.task.name, state]));
  return { window, tasks, plans, stateOf: (name) => states.get(name) ?? stateOf(memory, name) };
}

/** What a look tells of a task, to be stored. */
interface ToldJudgement extends ToldTask {
  readonly task: AlertingContext["task"];
  readonly isGone: boolean;
}

/** What is to be stored: something changed, or a task is gone and this is not stored yet. */
function changed(
  memory: TaskMemory,
  judged: readonly TaskJudgement[],
  told: readonly ToldTask[],
): ToldJudgement[] {
  const judgements = new Map(judged.map((one) => [one.context.task.name, one]));
  return told.flatMap((one) => {
    const judgement = judgements.get(one.name);
    const task = judgement?.context.task ?? memory.records.get(one.name)?.task;
    const isSame = one.memory === memoryOf(memory, one.name) && one.notices.length === 0;
    if (task === undefined || (judgement === undefined && isSame)) return [];
    return { ...one, task, isGone: judgement?.isGone ?? false };
  });
}

/** A task's record as it is to be stored. */
function draftOf(
  services: AggregateServices,
  memory: TaskMemory,
  judgement: ToldJudgement,
  input: JudgeInput,
): Omit<TaskRecord, "version"> {
  const { task, state, memory: alerting, isGone } = judgement;
  const { name: fleet, home } = services.fleet;
  const { pending, unrecorded } = memory.records.get(task.name) ?? NOTHING_OWED;
  const context = contextOf(task, input.window);
  const events = eventsOf(judgement, { ...context, fleet, home, pass: input.pass });
  return {
    task,
    state,
    alerting,
    pending: [...pending, ...events],
    unrecorded: [...unrecorded, ...events],
    goneSinceMs: isGone ? input.window.toMs : null,
  };
}

async function storeJudgement(
  services: AggregateServices,
  memory: TaskMemory,
  draft: Omit<TaskRecord, "version">,
): Promise<void> {
  const { task, state: after } = draft;
  const before = stateOf(memory, task.name);
  const stored = await storeRecord(services.states, memory, draft);
  if (stored !== null) logTurns(services, memory, { task, before, after });
}

const NOTHING_OWED = { pending: [], unrecorded: [] } as const;

/** A task whose judgement throws is set aside, and the others go on. Null if nothing is to be stored. */
function judgeAlone(
  services: AggregateServices,
  memory: TaskMemory,
  input: TaskInput,
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
  input: TaskInput,
): TaskJudgement | null {
  const { pace, window, tasks, planned, name, sick } = input;
  const record = memory.records.get(name);
  if (memory.damaged.has(name)) return null;
  const owedBytes = record === undefined ? 0 : owedBytesOf(record);
  if (owedBytes > OWED_LIMIT_BYTES) {
    const rule = `must be at most ${OWED_LIMIT_BYTES} bytes, are ${owedBytes}`;
    memory.setAside.set(name, `not judged: its pending events ${rule}`);
    return null;
  }
  if (planned !== null && !planned.has(name)) {
    const isClosed = pace === "window" && record !== undefined;
    return isClosed ? closeTask(record, window) : null;
  }
  const found = tasks.get(name);
  if (found === undefined) return null;
  const before = stateOf(memory, name);
  const { alert, odd } = usableOverrides(found.task.alert);
  for (const field of odd) {
    memory.faults.add(`Task ${JSON.stringify(name)}: alert.${field} is odd, so its default counts`);
  }
  const policy = alertPolicy(alertDefaults, alert);
  const judged = judgeIn(planned?.get(name) ?? null, before, {
    window: found.window,
    usual: input.usual.get(name) ?? null,
    ...{ policy, sick, pace },
  });
  if (judged.state === before) return null;
  return { ...judged, context: contextOf(found.task, window), isGone: false };
}

interface JudgedBy extends Pick<TaskInput, "sick" | "pace"> {
  readonly window: TaskWindow;
  readonly policy: AlertPolicy;
  readonly usual: UsualTimes | null;
}

/** Regions in which the task is no longer planned have no vote; null if the plan is not known. */
function judgeIn(
  planned: readonly RegionName[] | null,
  before: TaskState,
  { window, policy, sick, pace, usual }: JudgedBy,
): Judgement {
  const judge = JUDGES[pace];
  if (planned === null) return judge(before, window, policy, sick, usual);
  const kept = retainRegions(before, planned);
  const regions = Object.entries(window.regions).filter(([name]) => planned.includes(name));
  const own = { ...window, regions: Object.fromEntries(regions) };
  const judged = judge(kept.state, own, policy, sick, usual);
  return { state: judged.state, transitions: [...kept.transitions, ...judged.transitions] };
}

function closeTask(record: TaskRecord, window: Interval): TaskJudgement | null {
  const closed = closeState(record.state, window.fromMs);
  if (closed.state === record.state && record.goneSinceMs !== null) return null;
  return { ...closed, context: contextOf(record.task, window), isGone: true };
}

function contextOf(
  { name, host, targetId, tags }: AlertingContext["task"],
  { fromMs, toMs }: Interval,
): AlertingContext {
  const window = { periodStartMs: fromMs, periodEndMs: toMs };
  return { task: { name, host, targetId, tags }, window };
}
