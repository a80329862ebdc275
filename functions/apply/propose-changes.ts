import { type FileSettings, fileEntries } from "../../shared/alerting/operators/operators.ts";
import { trimBlanks } from "../../shared/input/input.ts";
import { parseTask, printTask, type Task } from "../../shared/task/task.ts";
import type { StoredTask } from "../ports/task-store.ts";
import { diffFields, type FieldChange } from "./diff-fields.ts";
import { type Care, type Findings, findKeepReasons, type KeptTask } from "./keep-tasks.ts";

/** The tasks that are wanted, and what was found wrong or skipped while they were read. */
export interface Wanted extends Findings {
  /** Every name is there once. */
  readonly tasks: readonly Task[];
  /** What is set beside tasks. */
  readonly settings?: FileSettings;
}

/** A task whose stored version differs, with the fields that do. */
export interface TaskChange {
  readonly task: Task;
  readonly fields: readonly FieldChange[];
}

/** What turns the stored tasks into the wanted ones; every list is in order of names. */
export interface Changes {
  readonly add: readonly Task[];
  readonly change: readonly TaskChange[];
  readonly remove: readonly string[];
  /** Stored tasks that are not wanted and not removed either. */
  readonly keep: readonly KeptTask[];
  readonly unchanged: readonly string[];
}

/** Compares the stored tasks with the wanted ones. What could not be read removes nothing. */
export function proposeChanges(
  stored: readonly StoredTask[],
  wanted: Wanted,
  care: Care = "own entry",
): Changes {
  const storedByName = new Map(stored.map((item) => [item.name, item]));
  const tasks = wanted.tasks.toSorted((a, b) => compareNames(a.name, b.name));
  const names = new Set(tasks.map(({ name }) => name));
  const missing = stored
    .filter(({ name }) => !names.has(name))
    .toSorted((a, b) => compareNames(a.name, b.name));
  const compared = tasks.flatMap((task) => {
    const item = storedByName.get(task.name);
    return item === undefined ? [] : { task, fields: changedFields(item, task) };
  });
  return {
    add: tasks.filter(({ name }) => !storedByName.has(name)),
    change: compared.filter(({ fields }) => fields.length > 0),
    unchanged: compared.filter(({ fields }) => fields.length === 0).map(({ task }) => task.name),
    ...splitMissing(
      missing,
      names,
      setsOnly(wanted) ? () => "unlisted" : findKeepReasons(wanted, care),
    ),
  };
}

/** Files without any task that set something are no wish to have no tasks. */
function setsOnly({ tasks, settings }: Wanted): boolean {
  return tasks.length === 0 && settings !== undefined && fileEntries(settings).length > 0;
}

/** A stored item that says the same in other words, e.g. `url` for `host`, has not changed. */
function changedFields({ fields }: StoredTask, wanted: Task): FieldChange[] {
  const { task } = parseTask(fields);
  return diffFields(task === undefined ? fields : printTask(task), printTask(wanted));
}

function splitMissing(
  missing: readonly StoredTask[],
  names: ReadonlySet<string>,
  reasonOf: ReturnType<typeof findKeepReasons>,
): Pick<Changes, "remove" | "keep"> {
  const judged = missing.map((item) => {
    const name = trimBlanks(item.name);
    // A key with blanks at its ends is replaced by the task of that name.
    return { ...item, reason: names.has(name) ? null : reasonOf(name) };
  });
  return {
    remove: judged.filter(({ reason }) => reason === null).map(({ name }) => name),
    keep: judged.flatMap(({ name, fields, reason }) =>
      reason === null ? [] : { name, reason, task: parseTask(fields).task ?? null },
    ),
  };
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
