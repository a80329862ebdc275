import type { Task } from "../../shared/task/task.ts";

/** An item of the user's table, as it stands there: only its key is sure to be in order. */
export interface StoredTask {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The tasks. Written by their owner, read by plan. */
export interface TaskStore {
  readTasks(): Promise<StoredTask[]>;
  /** Each takes the place of the item with its name. */
  putTasks(tasks: readonly Task[]): Promise<void>;
  deleteTasks(names: readonly string[]): Promise<void>;
}
