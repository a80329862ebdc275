import type { Task } from "../../shared/task/task.ts";

/** An item of the user's table. Only its name is known to be valid. */
export interface StoredTask {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The tasks. Written by their owner, read by plan. */
export interface TaskStore {
  /** Reads every task consistently: a plan has what was stored just before. */
  readTasks(): Promise<StoredTask[]>;
  /** Stores tasks, each in place of the one with its name. */
  putTasks(tasks: readonly Task[]): Promise<void>;
  /** Deletes the tasks with these names. Names without a task are ignored. */
  deleteTasks(names: readonly string[]): Promise<void>;
}
