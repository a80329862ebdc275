import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { INITIAL_STATE, type TaskState } from "../../../shared/health/health.ts";
import type { StateStore, TaskRecord } from "../../ports/state-store.ts";

/** Every task's record as this run knows it. It is valid while the run holds its lock. */
export interface TaskMemory {
  readonly records: Map<string, TaskRecord>;
  /** Tasks whose record can't be read. They stay as they are. */
  readonly damaged: ReadonlySet<string>;
}

/** Reads every task's record. */
export async function readMemory(states: StateStore): Promise<TaskMemory> {
  const { records, damaged } = await states.readRecords();
  return {
    records: new Map(records.map((record) => [record.task.name, record])),
    damaged: new Set(damaged),
  };
}

/** A task's state; the initial one if nothing is stored. */
export function stateOf(memory: TaskMemory, taskName: string): TaskState {
  return memory.records.get(taskName)?.state ?? INITIAL_STATE;
}

/** Stores a task's next record, remembers and returns it. Throws if another run has changed it. */
export async function storeRecord(
  states: StateStore,
  memory: TaskMemory,
  next: Omit<TaskRecord, "version">,
): Promise<TaskRecord> {
  const version = (memory.records.get(next.task.name)?.version ?? 0) + 1;
  const record = { ...next, version };
  const outcome = await states.putRecord(record);
  if (outcome === "lost") throw new Error("A task's record was changed by another run");
  memory.records.set(record.task.name, record);
  return record;
}

/** Every event that is not delivered yet, task by task, in order of their sequence. */
export function pendingEvents(memory: TaskMemory): OutgoingEvent[] {
  return [...memory.records.values()].flatMap((record) => record.pending);
}
