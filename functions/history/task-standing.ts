import { isDeepStrictEqual } from "node:util";
import { problemSentence } from "../../shared/input/input.ts";
import type { TaskStatusItem } from "../../shared/status/status.ts";
import { parseTask, plannedForm, type Task, type WrittenTask } from "../../shared/task/task.ts";
import type { RegionName } from "../../shared/units.ts";
import { findPatternFault } from "../patterns/patterns.ts";
import type { StoredTask } from "../ports/task-store.ts";

/**
 * Whether a task runs as it is stored: `planned` in all its regions, `partial` in some,
 * `unsupported` in none; `waiting` for the next plan; `invalid` or `disabled` as stored.
 */
export type TaskStanding =
  | "planned"
  | "partial"
  | "unsupported"
  | "waiting"
  | "invalid"
  | "disabled";

/** A stored task, and whether it runs. */
export interface ListedTask {
  readonly name: string;
  /** Null if the stored item is invalid. */
  readonly task: WrittenTask | null;
  readonly state: TaskStanding;
  /** Regions whose plan has the task, in any version. */
  readonly plannedRegions: readonly RegionName[];
  /** Why it does not run as stored, one sentence each. */
  readonly reasons: readonly string[];
}

/** What is known of a task besides its stored item. */
export interface TaskSurroundings {
  readonly fleetRegions: readonly RegionName[];
  /** Regions that a task may name and that don't probe any more. */
  readonly retiredRegions?: readonly RegionName[] | undefined;
  /** Regions whose plan is not known; a task's state says nothing of them. */
  readonly unreadRegions?: readonly RegionName[];
  /** The task as the plan of each region has it. */
  readonly planned: ReadonlyMap<RegionName, Task>;
  /** Null if the planner has stored no status. */
  readonly status: TaskStatusItem | null;
}

/** Judges one stored task. Its item decides before its status, because the status may be of an older item. */
export function listTask(stored: StoredTask, around: TaskSurroundings): ListedTask {
  const { fleetRegions, retiredRegions = [], planned, status } = around;
  const { task = null, problems = [] } = parseTask(stored.fields, {
    knownRegions: [...fleetRegions, ...retiredRegions],
    storedAs: stored.name,
    findPatternFault,
  });
  const rejected = status?.status === "rejected" ? status.problems : [];
  const wanted = task && plannedForm(task);
  const runsEarlier = [...planned.values()].some((other) => !isDeepStrictEqual(other, wanted));
  const reasons = task === null ? problems.map(problemSentence) : rejected;
  const earlier = `Task ${JSON.stringify(stored.name)}: an earlier version runs on`;
  return {
    name: stored.name,
    task,
    state: task === null ? "invalid" : standingOf(task, around, rejected.length > 0),
    plannedRegions: [...planned.keys()],
    reasons: runsEarlier ? [...reasons, earlier] : reasons,
  };
}

function standingOf(
  task: WrittenTask,
  around: TaskSurroundings,
  isRejected: boolean,
): TaskStanding {
  if (!task.enabled) return "disabled";
  const { planned, unreadRegions = [] } = around;
  const own = task.regions === "all" ? around.fleetRegions : task.regions;
  const wanted = own.filter((region) => !unreadRegions.includes(region));
  if (wanted.length === 0) return "waiting";
  const form = plannedForm(task);
  const asWritten = wanted.filter((region) => isDeepStrictEqual(planned.get(region), form));
  if (asWritten.length === wanted.length) return "planned";
  if (asWritten.length > 0) return "partial";
  return isRejected ? "unsupported" : "waiting";
}
