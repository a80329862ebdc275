import {
  applyChanges,
  type Changes,
  countChanges,
  keptSentences,
  proposeChanges,
} from "../../functions/apply/apply.ts";
import type { TaskStore } from "../../functions/ports/task-store.ts";
import type { Task } from "../../shared/task/task.ts";
import type { TaskFile } from "../../shared/task-file/task-file.ts";
import { showCount } from "../../terminal/count.ts";
import type { View } from "../view/view.ts";
import { findingSentences, type TaskSource } from "./task-source.ts";

/** What the tasks file changed in the stored tasks. */
export interface AppliedFile {
  readonly changes: Changes;
  /** The tasks that run now: those of the file, then those that are kept. */
  readonly running: readonly Task[];
}

/** Makes the stored tasks those of the file, and removes all others without asking. */
export async function applyFile(store: TaskStore, file: TaskFile): Promise<AppliedFile> {
  const changes = proposeChanges(await store.readTasks(), file);
  await applyChanges(store, changes);
  return { changes, running: [...file.tasks, ...changes.keep.flatMap(({ task }) => task ?? [])] };
}

/** What a reload needs. */
export interface ReloadSetup {
  readonly store: TaskStore;
  readonly source: TaskSource;
  readonly view: Pick<View, "note" | "watching">;
  /** Plans the stored tasks. */
  readonly plan: () => Promise<void>;
}

/** Applies every change of the tasks file, one after the other, until the source is closed. */
export function reloadOnChange(setup: ReloadSetup): void {
  let last: Promise<void> = Promise.resolve();
  setup.source.watch(() => {
    last = last.then(() => reload(setup));
  });
}

async function reload(setup: ReloadSetup): Promise<void> {
  try {
    await readAgain(setup);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    setup.view.note(`${setup.source.name} could not be read again: ${reason}`);
  }
}

async function readAgain({ store, source, view, plan }: ReloadSetup): Promise<void> {
  const file = source.read();
  for (const sentence of findingSentences(file)) view.note(sentence);
  if (file.tasks.length === 0) {
    view.note(`${source.name} has no task that can run: the last ones go on.`);
    return;
  }
  const { changes, running } = await applyFile(store, file);
  await plan();
  view.watching(running);
  for (const sentence of keptSentences(changes.keep)) view.note(sentence);
  const total = showCount(file.tasks.length, "task");
  view.note(`${source.name} was read again, ${total}: ${countChanges(changes)}.`);
}
