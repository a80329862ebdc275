import type { TaskStatusItem } from "../../shared/status/status.ts";

/** A status as stored. */
export interface TaskStatusRecord extends TaskStatusItem {
  /** Moved by one with every write. */
  readonly version: number;
}

/** A stored status that could not be read, and why. It hides nothing but itself. */
export interface DamagedStatus {
  readonly name: string;
  readonly reason: string;
}

/** Why tasks do not run as written, and their pending events. Written by plan, read by everyone. */
export interface TaskStatusStore {
  readStatuses(): Promise<{
    readonly records: readonly TaskStatusRecord[];
    readonly damaged: readonly DamagedStatus[];
  }>;
  /** Stores it if version `record.version - 1` is still the stored one; version 1 if none is. */
  putStatus(record: TaskStatusRecord): Promise<"stored" | "lost">;
  /** Takes it away if this version is still the stored one. */
  deleteStatus(record: TaskStatusRecord): Promise<"deleted" | "lost">;
}
