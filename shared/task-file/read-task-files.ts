import type { Notice, Problem } from "../input/input.ts";
import type { Task } from "../task/task.ts";
import type { RegionName } from "../units.ts";
import { readTaskFile, type TaskFile } from "./read-task-file.ts";

/** A file's text under the name that problems show. */
export interface TaskText {
  readonly file: string;
  readonly text: string;
}

/** The tasks of all texts together. A name belongs to the first file that has it. */
export function readTaskFiles(
  texts: readonly TaskText[],
  knownRegions?: readonly RegionName[],
): TaskFile {
  const owners = new Map<string, string>();
  const tasks: Task[] = [];
  const problems: Problem[] = [];
  const notices: Notice[] = [];
  for (const { file, text } of texts) {
    const read = readTaskFile(file, text, knownRegions);
    for (const problem of read.problems) problems.push(problem);
    for (const notice of read.notices) notices.push(notice);
    for (const task of read.tasks) {
      const owner = owners.get(task.name);
      if (owner === undefined) tasks.push(task);
      else problems.push(duplicate(file, task, owner));
      owners.set(task.name, owner ?? file);
    }
  }
  return { tasks, problems, notices };
}

function duplicate(file: string, task: Task, owner: string): Problem {
  const rule = `must be unique, but ${owner} has a task of this name too`;
  return { file, task: task.name, field: "name", rule, value: task.name };
}
