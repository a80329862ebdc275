import type { Task } from "../../shared/task/task.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A stored task as it runs. */
export interface WatchedTask {
  readonly task: Task;
  /** When its plan was made, from which its checks follow; null if it is not planned. */
  readonly plannedAtMs: EpochMs | null;
  /** The tasks file does not have it in this form: this is its last good version. */
  readonly isKept: boolean;
}
