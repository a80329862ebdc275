import {
  type Fleet,
  namesIn,
  type RegionDraft,
  type Unsupported,
  unsupportedSentence,
} from "../../shared/plan/plan.ts";
import { PLAN_STATUS_NAME, type Rejection } from "../../shared/status/status.ts";
import type { Task } from "../../shared/task/task.ts";
import type { InvalidTask, ParsedItems } from "./parse-items.ts";

/** What a plan was drafted from, and the draft. */
export interface Drafted extends ParsedItems {
  readonly fleet: Fleet;
  readonly drafts: readonly RegionDraft[];
}

/** Every task that does not run as its owner wrote it, by name: invalid, or unsupported somewhere. */
export function findRejections(drafted: Drafted): ReadonlyMap<string, Rejection> {
  const valid = new Map(drafted.valid.map((task) => [task.name, task]));
  const unsupported = drafted.drafts.flatMap((draft) => draft.unsupported);
  const byTask = new Map<string, Unsupported[]>();
  for (const one of unsupported)
    byTask.set(one.taskName, [...(byTask.get(one.taskName) ?? []), one]);
  const unsupportedTasks = [...byTask].flatMap(([name, where]) => {
    const task = valid.get(name);
    return task === undefined ? [] : [rejectUnsupported(task, where)];
  });
  const running = namesIn(drafted.drafts);
  const invalidTasks = drafted.invalid
    .filter(({ name }) => name !== PLAN_STATUS_NAME)
    .map((task) => rejectInvalid(task, drafted.fleet, running));
  return new Map([...unsupportedTasks, ...invalidTasks].map((one) => [one.taskName, one]));
}

function rejectInvalid(task: InvalidTask, fleet: Fleet, running: ReadonlySet<string>): Rejection {
  return {
    taskName: task.name,
    reason: "invalid",
    targetId: task.targetId,
    problems: task.problems,
    regions: fleet.regions.map((region) => region.name).sort(),
    runningLastGood: running.has(task.name),
  };
}

function rejectUnsupported(task: Task, where: readonly Unsupported[]): Rejection {
  const inOrder = where.toSorted((a, b) => (a.region < b.region ? -1 : 1));
  return {
    taskName: task.name,
    reason: "unsupported",
    targetId: task.targetId,
    problems: inOrder.map(unsupportedSentence),
    regions: inOrder.map(({ region }) => region),
    runningLastGood: false,
  };
}
