import { readFile } from "node:fs/promises";
import type { Notice, Problem } from "../shared/problem.ts";
import type { Task } from "../shared/task.ts";
import { readTaskFile, type TaskFile } from "../shared/task-file.ts";
import type { RegionName } from "../shared/units.ts";
import { CliError } from "./command.ts";
import { explainError } from "./explain-error.ts";
import type { Io } from "./io.ts";

/** What stands for standard input among file names. */
const STDIN = "-";

/** A file's text under the name that problems show. */
export interface TaskText {
  readonly file: string;
  readonly text: string;
}

/** Reads every file, and standard input where `-` is named. */
export async function readTexts(files: readonly string[], io: Io): Promise<TaskText[]> {
  const texts: TaskText[] = [];
  for (const file of new Set(files)) texts.push(await readText(file, io));
  return texts;
}

async function readText(file: string, io: Io): Promise<TaskText> {
  if (file === STDIN) return { file: "stdin", text: await io.readStdin() };
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    throw new CliError(`Can't read ${file}: ${explainError(error)}`);
  }
}

/** The tasks of all texts together. A name belongs to the first file that has it. */
export function parseTexts(
  texts: readonly TaskText[],
  knownRegions?: readonly RegionName[],
): TaskFile {
  const owners = new Map<string, string>();
  const tasks: Task[] = [];
  const problems: Problem[] = [];
  const notices: Notice[] = [];
  for (const { file, text } of texts) {
    const read = readTaskFile(file, text, knownRegions);
    problems.push(...read.problems);
    notices.push(...read.notices);
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
