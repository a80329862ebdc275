import { applyChanges, type Changes, proposeChanges } from "../../functions/apply/apply.ts";
import type { TaskStore } from "../../functions/ports/task-store.ts";
import type { Task } from "../../shared/task/task.ts";
import type { TaskFile } from "../../shared/task-file/task-file.ts";

/** What a file did to the stored tasks. */
export interface AppliedFile {
  readonly changes: Changes;
  /** The tasks that run from now on: those of the file, then those that are kept. */
  readonly running: readonly Task[];
}

/** Makes the stored tasks those of the file. The file is the truth: removing is not asked for. */
export async function applyFile(store: TaskStore, file: TaskFile): Promise<AppliedFile> {
  const changes = proposeChanges(await store.readTasks(), file);
  await applyChanges(store, changes);
  return { changes, running: [...file.tasks, ...changes.keep.flatMap(({ task }) => task ?? [])] };
}
