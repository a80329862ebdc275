import type { AlertingMemory } from "../../shared/alerting/alerting.ts";
import type { AlertContext, OutgoingEvent } from "../../shared/event/event.ts";
import type { TaskState } from "../../shared/health/health.ts";
import type { EpochMs } from "../../shared/units.ts";

/** What is remembered of a task, and its events that are not delivered or not recorded yet. */
export interface TaskRecord {
  /** The task as its events name it; the last event needs it when no plan has the task any more. */
  readonly task: AlertContext["task"];
  /** One more with every write. */
  readonly version: number;
  readonly state: TaskState;
  /** What its users were told; absent if they know all that is true. */
  readonly alerting?: AlertingMemory;
  /** Events that the bus has not taken, in order of their sequence. */
  readonly pending: readonly OutgoingEvent[];
  /** Events that are not in the history, pending or not, in order of their sequence. */
  readonly unrecorded: readonly OutgoingEvent[];
  /** Since when no plan has the task. Its record is kept as long as its history, so that a task
   * that comes back continues its sequence. */
  readonly goneSinceMs: EpochMs | null;
}

/** Why a record can't be stored: the end of a sentence that begins with what is stored. */
export interface RefusedRecord {
  readonly refused: string;
}

/** Records as they were read. */
export interface ReadRecords {
  readonly records: readonly TaskRecord[];
  /** The tasks whose record could not be read. */
  readonly damaged: readonly string[];
  /** A sentence for each event that can't be read and that its record is without; absent if there is none. */
  readonly faults?: readonly string[];
}

/** The state of every task, with the events that it owes. */
export interface StateStore {
  /** Reads every record, or only those of the tasks that are named: each of these is a read of its own. */
  readRecords(taskNames?: ReadonlySet<string>): Promise<ReadRecords>;
  /** One task's record; null if none is stored. Throws if it can't be read. */
  readRecord(taskName: string): Promise<TaskRecord | null>;
  /**
   * Stores the record if version `record.version - 1` is still stored; version 1 if none is. A record
   * that can't be stored at all, such as one that is too large, is refused with the reason.
   */
  putRecord(record: TaskRecord): Promise<"stored" | "lost" | RefusedRecord>;
}
