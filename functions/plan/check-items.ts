import { type Problem, problemSentence } from "../../shared/input/input.ts";
import {
  type Fleet,
  knownRegions,
  namesIn,
  type RegionDraft,
  type Unsupported,
  unsupportedSentence,
} from "../../shared/plan/plan.ts";
import { PLAN_STATUS_NAME, type Rejection } from "../../shared/status/status.ts";
import {
  type ParsedTask,
  parseTask,
  plannedForm,
  type Task,
  withoutPrivateKey,
} from "../../shared/task/task.ts";
import { findPatternFault } from "../patterns/patterns.ts";
import type { StoredTask } from "../ports/task-store.ts";

/** An item that is not a task, and why. */
interface InvalidTask {
  readonly name: string;
  readonly targetId: string | null;
  /** A sentence each. */
  readonly problems: readonly string[];
}

/** The stored items as tasks, and those that are none. */
export interface ParsedItems {
  readonly valid: readonly Task[];
  readonly invalid: readonly InvalidTask[];
}

/** A status has its sentences twice, once in its event. */
const SHOWN_PROBLEMS = 20;
const SHOWN_CHARACTERS = 200;

/** Parses each item on its own, so that an invalid one does not affect the others. */
export function parseItems(items: readonly StoredTask[], fleet: Fleet): ParsedItems {
  const known = knownRegions(fleet);
  const parsed = items.map((item) => ({ item, ...parseItem(item, known) }));
  return {
    valid: parsed.flatMap(({ task }) => (task === undefined ? [] : plannedForm(task))),
    invalid: parsed.flatMap(({ item, problems }) =>
      problems === undefined ? [] : [quarantine(item, problems)],
    ),
  };
}

function parseItem(item: StoredTask, known: readonly string[]): ParsedTask {
  if (item.name === PLAN_STATUS_NAME)
    return refuseItem(item, "name", "is taken by the plan itself");
  try {
    return parseTask(item.fields, { knownRegions: known, storedAs: item.name, findPatternFault });
  } catch (error) {
    return refuseItem(item, "entry", `can't be read: ${String(error).slice(0, SHOWN_CHARACTERS)}`);
  }
}

function refuseItem({ name }: StoredTask, field: string, rule: string): ParsedTask {
  return { problems: [{ file: null, task: name, field, rule, value: name }] };
}

function quarantine({ name, fields }: StoredTask, problems: readonly Problem[]): InvalidTask {
  const shown = withoutPrivateKey(fields.target_id);
  const targetId = typeof shown === "string" ? shown.slice(0, 200) : null;
  return { name, targetId, problems: firstSentences(problems, problemSentence) };
}

/** A sentence for each of the first problems, and one that says how many more there are. */
function firstSentences<T>(problems: readonly T[], sentenceOf: (problem: T) => string): string[] {
  const sentences = problems.slice(0, SHOWN_PROBLEMS).map(sentenceOf);
  const moreCount = problems.length - sentences.length;
  return moreCount > 0 ? [...sentences, `${moreCount} more problems are not shown`] : sentences;
}

/** The parsed items and the drafts that were made of them. */
interface Drafted extends ParsedItems {
  readonly fleet: Fleet;
  readonly drafts: readonly RegionDraft[];
}

/** Finds the tasks that do not run as written, by name: invalid ones, and unsupported ones. */
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
    problems: firstSentences(inOrder, unsupportedSentence),
    regions: inOrder.map(({ region }) => region),
    runningLastGood: false,
  };
}
