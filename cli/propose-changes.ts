import type { StoredTask } from "../functions/stores.ts";
import { parseTask } from "../shared/parse-task.ts";
import { printTask } from "../shared/print-task.ts";
import type { Problem } from "../shared/problem.ts";
import type { Task } from "../shared/task.ts";
import type { TaskFile } from "../shared/task-file.ts";
import { diffTasks, type TaskDiff, type TaskItem } from "./diff-tasks.ts";

/** What the files would do to the stored tasks, before anybody was asked. */
export interface Proposal {
  readonly diff: TaskDiff;
  /** The tasks that are added or changed. */
  readonly written: readonly Task[];
  /** Stored tasks that the files lack, kept because a faulty one may stand for them. */
  readonly withheld: readonly string[];
}

/** Compares the stored tasks with those of the files. A problem never costs a stored task. */
export function proposeChanges(storedTasks: readonly StoredTask[], files: TaskFile): Proposal {
  const stored = new Map(storedTasks.map(({ name, fields }) => [name, asPrinted(fields)]));
  const wanted = new Map(files.tasks.map((task) => [task.name, printTask(task)]));
  const kept = keptNames([...stored.keys()], files.problems);
  const diff = diffTasks(stored, wanted, kept);
  const writes = new Set([...diff.added, ...diff.changed.map((change) => change.name)]);
  return {
    diff,
    written: files.tasks.filter((task) => writes.has(task.name)),
    withheld: [...kept].filter((name) => stored.has(name) && !wanted.has(name)).sort(),
  };
}

// A stored item that says the same in other words, e.g. `url` for `host`, has not changed.
function asPrinted(fields: TaskItem): TaskItem {
  const { task } = parseTask(fields);
  return task === undefined ? fields : printTask(task);
}

/** A problem that names no task, or only its place in the file, could be any stored task's. */
function keptNames(stored: readonly string[], problems: readonly Problem[]): ReadonlySet<string> {
  const isNameless = problems.some(({ task }) => task === null || /^#\d+$/.test(task));
  return new Set(isNameless ? stored : problems.flatMap(({ task }) => task ?? []));
}
