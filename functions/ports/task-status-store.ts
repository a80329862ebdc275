import type { TaskStatusItem } from "../../shared/status/status.ts";

/** A status as it is stored. */
export interface TaskStatusRecord extends TaskStatusItem {
  /** One more with every write. */
  readonly version: number;
}

/** A stored status that could not be read, and why. The other statuses are read. */
export interface DamagedStatus {
  readonly name: string;
  readonly reason: string;
}

/** Why tasks do not run as written, and their pending events. Written by plan, read by everyone. */
export interface TaskStatusStore {
  /** Reads every status. */
  readStatuses(): Promise<{
    readonly records: readonly TaskStatusRecord[];
    readonly damaged: readonly DamagedStatus[];
    /** Statuses in `records` that are without an event that could not be read; absent if none is. */
    readonly cut?: readonly DamagedStatus[];
  }>;
  /** Stores the status if version `record.version - 1` is still stored; version 1 if none is. */
  putStatus(record: TaskStatusRecord): Promise<"stored" | "lost">;
  /** Deletes the status if this version is still stored. One that is absent counts as deleted. */
  deleteStatus(record: TaskStatusRecord): Promise<"deleted" | "lost">;
}
