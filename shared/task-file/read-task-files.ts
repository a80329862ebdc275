import { dependencyProblems } from "../alerting/settings/settings.ts";
import type { Notice, Problem } from "../input/input.ts";
import type { Task } from "../task/task.ts";
import { joinSettings, type SettingsOfFile, scopeMentions } from "./join-settings.ts";
import {
  type FileContext,
  type NotifySection,
  readTaskFile,
  type TaskFile,
} from "./read-task-file.ts";

/** A file's text under the name that problems show. */
export interface TaskText {
  readonly file: string;
  readonly text: string;
}

/**
 * The tasks and settings of all texts together. A name belongs to the first file that has it. A task
 * with a problem of its dependencies is among the tasks all the same: it can be checked.
 */
export function readTaskFiles(texts: readonly TaskText[], context: FileContext = {}): TaskFile {
  const owners = new Map<string, string>();
  const tasks: Task[] = [];
  const problems: Problem[] = [];
  const notices: Notice[] = [];
  const files: SettingsOfFile[] = [];
  const notify: NotifySection[] = [];
  for (const { file, text } of texts) {
    const read = readTaskFile(file, text, context);
    files.push({ file, settings: read.settings });
    notify.push(...(read.notify ?? []));
    for (const problem of read.problems) problems.push(problem);
    for (const notice of read.notices) notices.push(notice);
    for (const task of read.tasks) {
      const owner = owners.get(task.name);
      if (owner === undefined) tasks.push(task);
      else problems.push(duplicate(file, task, owner));
      owners.set(task.name, owner ?? file);
    }
  }
  const joined = joinSettings(files);
  const besides = [...problems, ...notices].flatMap(({ task }) => task ?? []);
  const mentions = scopeMentions(joined.settings);
  const found = dependencyProblems(tasks, joined.settings, { mentions, besides });
  const onlyFile = texts.length === 1 ? (texts[0]?.file ?? null) : null;
  const placed = found.map((problem) => ({
    ...problem,
    file: owners.get(problem.task ?? "") ?? onlyFile,
  }));
  return {
    tasks,
    settings: joined.settings,
    problems: [...problems, ...joined.problems, ...placed],
    notices,
    ...presentNotify(notify),
  };
}

/** Only where a file says where messages go. */
function presentNotify(notify: readonly NotifySection[]): Pick<TaskFile, "notify"> {
  return notify.length > 0 ? { notify } : {};
}

function duplicate(file: string, task: Task, owner: string): Problem {
  const rule = `must be unique, but ${owner} has a task of this name too`;
  return { file, task: task.name, field: "name", rule, value: task.name };
}
