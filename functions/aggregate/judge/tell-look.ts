import {
  type AlertingContext,
  type AlertingMemory,
  type AlertingWorld,
  type LookedTask,
  NO_FLEET_ALERTING,
  NO_MEMORY,
  type ToldLook,
  type ToldTask,
  tellUsers,
} from "../../../shared/alerting/alerting.ts";
import { quietingEvent, stormEvent } from "../../../shared/event/event.ts";
import type { Judgement } from "../../../shared/health/health.ts";
import { usableOverrides } from "../../../shared/health/rules/rules.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { RegionName } from "../../../shared/units.ts";
import type { AggregateServices } from "../services/services.ts";
import type { SummarisedTask } from "../window/window.ts";
import { hasFleetRoom } from "./owed-bytes.ts";
import { storeFleet } from "./store-fleet.ts";
import { stateOf, type TaskMemory } from "./task-memory.ts";

/** The judgement of one task. */
export interface TaskJudgement extends Judgement {
  readonly context: AlertingContext;
  /** No plan has the task any more. */
  readonly isGone: boolean;
}

/** What a look has judged. */
interface JudgedLook {
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  /** The tasks that each region is to run now; without regions whose plan is not known. */
  readonly plans: ReadonlyMap<RegionName, readonly Task[]>;
  /** Only tasks that changed. */
  readonly judged: readonly TaskJudgement[];
}

/**
 * Decides what users are told of a look, over all tasks, and stores what is told of the fleet before
 * any task is stored that is held because of it.
 */
export async function tellLook(
  services: AggregateServices,
  memory: TaskMemory,
  look: JudgedLook,
): Promise<readonly ToldTask[]> {
  const looked = lookedTasks(memory, look);
  const { settings } = memory;
  const { alerting = NO_FLEET_ALERTING } = memory.fleet.record;
  const world: AlertingWorld = { nowMs: look.window.toMs, settings, memory: alerting };
  const told = tellUsers(looked, world);
  if (told.memory === alerting || (await storeNotices(services, memory, told))) return told.tasks;
  // A storm whose notice can't be stored holds nothing.
  const fleet = { ...settings.fleet, stormTasks: Number.POSITIVE_INFINITY };
  const calm = { ...world, settings: { ...settings, fleet }, memory: NO_FLEET_ALERTING };
  return tellUsers(looked, calm).tasks;
}

/** Whether they are stored. */
async function storeNotices(
  { fleet, fleetRecord }: AggregateServices,
  memory: TaskMemory,
  { fleetNotices, memory: alerting }: ToldLook,
): Promise<boolean> {
  const { record } = memory.fleet;
  if (!hasFleetRoom(memory)) return false;
  const sender = { fleet: fleet.name, home: fleet.home };
  const events = fleetNotices.map((notice) =>
    notice.kind === "storm" ? stormEvent(notice, sender) : quietingEvent(notice, sender),
  );
  const pending = [...record.pending, ...events];
  const unrecorded = [...record.unrecorded, ...events];
  return (
    (await storeFleet(fleetRecord, memory, { ...record, alerting, pending, unrecorded })) !== null
  );
}

/** Every task that is planned, or remembered and not gone, but those set aside: others may depend on one of which nothing is to be told. */
function lookedTasks(memory: TaskMemory, { judged, ...look }: JudgedLook): LookedTask[] {
  const judgements = new Map(judged.map((one) => [one.context.task.name, one]));
  const definitions = definitionsOf(look);
  const held = [...memory.records.values()].filter(({ goneSinceMs }) => goneSinceMs === null);
  const remembered = held.map(({ task }) => task.name);
  const names = new Set([...definitions.keys(), ...judgements.keys(), ...remembered]);
  const usable = [...names].filter((name) => judgements.has(name) || !memory.setAside.has(name));
  return usable.map((name) => {
    const judgement = judgements.get(name);
    const task = judgement?.context.task ?? definitions.get(name) ?? memory.records.get(name)?.task;
    const { targetId = null } = task ?? {};
    return {
      task: { name, targetId },
      judgement: judgement ?? { state: stateOf(memory, name), transitions: [] },
      memory: memoryOf(memory, name),
      alert: judgement?.isGone ? {} : settingsIn(definitions.get(name)),
    };
  });
}

/** What is remembered of what a task's users were told. */
export function memoryOf({ records }: TaskMemory, taskName: string): AlertingMemory {
  return records.get(taskName)?.alerting ?? NO_MEMORY;
}

/** As the probes ran them in the window; tasks that were in none of them as they are planned. */
function definitionsOf({ tasks, plans }: Pick<JudgedLook, "tasks" | "plans">): Map<string, Task> {
  const planned = [...plans.values()].flat().map((task) => [task.name, task] as const);
  const found = [...tasks].map(([name, { task }]) => [name, task] as const);
  return new Map([...planned, ...found]);
}

/** Null if the task's definition is not known in this look. */
function settingsIn(task: Task | undefined): LookedTask["alert"] {
  if (task === undefined) return null;
  return Object.keys(task.alert).length === 0 ? {} : usableOverrides(task.alert).alert;
}
