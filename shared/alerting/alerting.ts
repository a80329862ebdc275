import type { TaskWindow } from "../summary/summary.ts";
import type { Task } from "../task/task.ts";
import type { EpochMs } from "../units.ts";
import { Dependencies } from "./dependencies.ts";
import { escalate } from "./escalate.ts";
import { worthRemembering } from "./memory.ts";
import type { FleetAlerting, LookedTask, ToldTask } from "./model.ts";
import { openSpell } from "./open-spell.ts";
import type { AlertingSettings } from "./operators/operators.ts";
import { release } from "./release.ts";
import { remind } from "./remind.ts";
import { DEFAULT_ALERT_SETTINGS, settingsOf } from "./settings/settings.ts";
import { moveStorms, type StormNotice, type StormTask } from "./storms.ts";
import { type QuietingNotice, tellQuietings } from "./tell-quietings.ts";
import { tellTransitions } from "./tell-transitions.ts";
import type { Look, Subject, Telling } from "./telling.ts";

export { countsForUptime } from "./hold.ts";
export { NO_MEMORY } from "./memory.ts";
export type {
  AlertingMemory,
  FleetAlerting,
  HeldStatus,
  Hold,
  LookedTask,
  TaskNotice,
  TellingMarks,
  ToldTask,
  ToldTransition,
} from "./model.ts";
export { type OpenSpell, openSpell } from "./open-spell.ts";
export { parseAlertingMemory, parseFleetAlerting } from "./stored-memory.ts";
export type { StormNotice } from "./storms.ts";
export type { QuietingNotice } from "./tell-quietings.ts";

/** The task and the window that a judgement is about. */
export interface AlertingContext {
  readonly task: Pick<Task, "name" | "host" | "targetId" | "tags">;
  readonly window: Pick<TaskWindow, "periodStartMs" | "periodEndMs">;
}

/** Nothing happened yet. */
export const NO_FLEET_ALERTING: FleetAlerting = {
  storms: { count: 0, open: [] },
  toldQuietings: [],
};

/** What is told of the fleet, not of one task. */
export type FleetNotice = StormNotice | QuietingNotice;

/** What a look is judged by beside its tasks. */
export interface AlertingWorld {
  /** The end of what the look judges. */
  readonly nowMs: EpochMs;
  readonly settings: AlertingSettings;
  readonly memory: FleetAlerting;
}

/** What a look tells users. */
export interface ToldLook {
  /** One for each task of the look, in their order. */
  readonly tasks: readonly ToldTask[];
  readonly fleetNotices: readonly FleetNotice[];
  /** The same object if nothing changed. */
  readonly memory: FleetAlerting;
}

/** What is told of a task, one decision after the other. Each step sees what those before it told. */
const STEPS = [tellTransitions, release, escalate, remind];

/**
 * Decides what users are told of a look: of each transition, of what was held, of what is still open.
 * It needs every task of the fleet, since tasks depend on others and a storm is made of many. The
 * order of the tasks makes no difference.
 */
export function tellUsers(looked: readonly LookedTask[], world: AlertingWorld): ToldLook {
  const { nowMs, settings, memory } = world;
  const dependencies = new Dependencies(looked, settings, nowMs);
  const calm: Look = { nowMs, settings, dependencies, storms: [] };
  const subjects = looked.map((each) => subjectOf(each, settings));
  const storms = moveStorms(memory.storms, stormTasks(subjects, calm), {
    nowMs,
    stormTasks: settings.fleet.stormTasks ?? DEFAULT_ALERT_SETTINGS.stormTasks,
  });
  // What a storm that is over has left is told in the same look.
  const look = { ...calm, storms: storms.memory.open };
  const quietings = tellQuietings(memory.toldQuietings, settings.quietings, nowMs);
  const told = looked.map((each, i) => tellTask(each, subjects[i] ?? null, look));
  return {
    tasks: withHeldTasks(looked, told, dependencies),
    fleetNotices: [...quietings.notices, ...storms.notices],
    memory: nextMemory(memory, { storms: storms.memory, toldQuietings: quietings.told }),
  };
}

function nextMemory(before: FleetAlerting, next: FleetAlerting): FleetAlerting {
  const isSame = next.storms === before.storms && next.toldQuietings === before.toldQuietings;
  return isSame ? before : next;
}

/** A task of which there may be something to tell; null if there is not. */
function subjectOf(looked: LookedTask, settings: AlertingSettings): Subject | null {
  const { task, judgement, memory, alert } = looked;
  const open = openSpell(judgement.state);
  const isQuiet = judgement.transitions.length === 0 && Object.keys(memory).length === 0;
  if (open === null && isQuiet) return null;
  return { looked, open, settings: settingsOf(settings, { ...task, alert: alert ?? {} }) };
}

/** What is open and would be told if there were no storms, or is held by one. */
function stormTasks(subjects: readonly (Subject | null)[], calm: Look): StormTask[] {
  return subjects.flatMap((subject) => {
    if (subject === null || subject.open === null) return [];
    const { looked, open: spell } = subject;
    const isOfStorm = looked.memory.held?.by === "storm";
    const isFree =
      isOfStorm || tell([tellTransitions, release], subject, calm).memory.held === undefined;
    return isFree ? { name: looked.task.name, spell } : [];
  });
}

function tell(steps: typeof STEPS, subject: Subject, look: Look): Telling {
  const nothing: Telling = { memory: subject.looked.memory, transitions: [], notices: [] };
  return steps.reduce((telling, step) => step(telling, subject, look), nothing);
}

function tellTask(looked: LookedTask, subject: Subject | null, look: Look): ToldTask {
  const { name } = looked.task;
  const { memory, judgement, alert } = looked;
  const { state } = judgement;
  if (subject === null) return { name, state, memory, transitions: [], notices: [] };
  const told = tell(alert === null ? [tellTransitions] : STEPS, subject, look);
  const sequence = state.sequence + told.notices.length;
  return {
    ...told,
    name,
    state: told.notices.length === 0 ? state : { ...state, sequence },
    memory: worthRemembering(told.memory, state, memory),
  };
}

/** Notes on the events of a parent which tasks are held because of it. */
function withHeldTasks(
  looked: readonly LookedTask[],
  told: readonly ToldTask[],
  dependencies: Dependencies,
): ToldTask[] {
  const held = told.filter(({ memory }) => memory.held?.by === "dependency");
  if (held.length === 0) return [...told];
  const heldUnder = dependencies.heldUnder(held.map(({ name }) => name));
  return told.map((task, i) => {
    const one = looked[i];
    const hasEvents = task.transitions.length + task.notices.length > 0;
    const heldTasks = one === undefined || !hasEvents ? [] : heldUnder(one);
    if (heldTasks.length === 0) return task;
    const transitions = task.transitions.map((event) => ({ ...event, heldTasks }));
    return {
      ...task,
      transitions,
      notices: task.notices.map((event) => ({ ...event, heldTasks })),
    };
  });
}
