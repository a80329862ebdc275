import { type Problem, problemSentence } from "../../shared/input/input.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { PLAN_STATUS_NAME } from "../../shared/status/status.ts";
import { type ParsedTask, parseTask, type Task } from "../../shared/task/task.ts";
import type { StoredTask } from "../ports/task-store.ts";

/** An item that is not a task, and why. */
export interface InvalidTask {
  readonly name: string;
  readonly targetId: string | null;
  /** A sentence each. */
  readonly problems: readonly string[];
}

export interface ParsedItems {
  readonly valid: readonly Task[];
  readonly invalid: readonly InvalidTask[];
}

/** Enough to see what is wrong; an item of 400 KB could have thousands. */
const SHOWN_PROBLEMS = 20;

/** Parses each item by itself, so that none disturbs another. */
export function parseItems(items: readonly StoredTask[], fleet: Fleet): ParsedItems {
  const knownRegions = fleet.regions.map((region) => region.name);
  const parsed = items.map((item) => ({ item, ...parseItem(item, knownRegions) }));
  return {
    valid: parsed.flatMap(({ task }) => task ?? []),
    invalid: parsed.flatMap(({ item, problems }) =>
      problems === undefined ? [] : [quarantine(item, problems)],
    ),
  };
}

function parseItem(item: StoredTask, knownRegions: readonly string[]): ParsedTask {
  if (item.name !== PLAN_STATUS_NAME) return parseTask(item.fields, { knownRegions });
  const rule = "is taken by the plan itself";
  return { problems: [{ file: null, task: item.name, field: "name", rule, value: item.name }] };
}

function quarantine({ name, fields }: StoredTask, problems: readonly Problem[]): InvalidTask {
  const sentences = problems.slice(0, SHOWN_PROBLEMS).map(problemSentence);
  const more = problems.length - sentences.length;
  const targetId = typeof fields.target_id === "string" ? fields.target_id.slice(0, 200) : null;
  return {
    name,
    targetId,
    problems: more > 0 ? [...sentences, `${more} more problems are not shown`] : sentences,
  };
}
