import type { AlertingSettings } from "../../../shared/alerting/operators/operators.ts";
import { cutEvent, type OutgoingEvent } from "../../../shared/event/event.ts";
import { INITIAL_STATE, type TaskState } from "../../../shared/health/health.ts";
import type { FleetRecord } from "../../ports/fleet-record-store.ts";
import type { StateStore, TaskRecord } from "../../ports/state-store.ts";
import type { UnquietList } from "../../ports/unquiet-store.ts";

/**
 * Every task's record as this run knows it, and the fleet's. It is valid while the run holds its lock.
 * While it is not whole it has the records of some tasks, and of all that are unquiet.
 */
export interface TaskMemory {
  readonly records: Map<string, TaskRecord>;
  readonly extent: { isWhole: boolean };
  readonly unquiet: { list: UnquietList };
  readonly fleet: { record: FleetRecord };
  /** Tasks whose record can't be read. They stay as they are. */
  readonly damaged: Set<string>;
  /** Tasks that this run could not judge, store or summarise, and why: a sentence without its subject. */
  readonly setAside: Map<string, string>;
  /** What is stored and can't be read, in sentences: the run goes on without it. */
  readonly faults: Set<string>;
  /** What operators have set about alerts. */
  readonly settings: AlertingSettings;
  /** How often a region's health of a task turned in this run. */
  readonly turns: { count: number };
}

/** A task's state; the initial one if nothing is stored. */
export function stateOf(memory: TaskMemory, taskName: string): TaskState {
  return memory.records.get(taskName)?.state ?? INITIAL_STATE;
}

/**
 * Stores a task's next record, remembers and returns it. A record that does not fit is cut; if even
 * that can't be stored, the task is set aside, stays as it was, and the result is null. Throws if
 * another run has changed the record.
 */
export async function storeRecord(
  states: StateStore,
  memory: TaskMemory,
  next: Omit<TaskRecord, "version">,
): Promise<TaskRecord | null> {
  const { name } = next.task;
  const version = (memory.records.get(name)?.version ?? 0) + 1;
  let reason = "";
  for (const form of [next, cutRecord(next)]) {
    const record = { ...form, version };
    const outcome = await states.putRecord(record);
    if (outcome === "lost") throw new Error("A task's record was changed by another run");
    if (outcome === "stored") {
      memory.records.set(name, record);
      return record;
    }
    reason = outcome.refused;
  }
  memory.setAside.set(name, `not judged: its stored state ${reason}`);
  return null;
}

/** The record without what it can do without. */
function cutRecord(record: Omit<TaskRecord, "version">): Omit<TaskRecord, "version"> {
  const { task, pending, unrecorded } = record;
  const events = { pending: pending.map(cutEvent), unrecorded: unrecorded.map(cutEvent) };
  return { ...record, task: { ...task, tags: {} }, ...events };
}

/** Every event that a record holds: it is not delivered yet, or not in the history. */
export function eventsOwed({
  pending,
  unrecorded,
}: Pick<TaskRecord, "pending" | "unrecorded">): OutgoingEvent[] {
  return [...new Map([...unrecorded, ...pending].map((event) => [event.id, event])).values()];
}

/** Every event that is not delivered yet: the fleet's, then task by task in order of their sequence. */
export function pendingEvents({ fleet, records }: TaskMemory): OutgoingEvent[] {
  return [fleet.record, ...records.values()].flatMap(({ pending }) => pending);
}

/** Sets tasks aside whose summary DynamoDB refuses. */
export function setUnsummarisedAside(memory: TaskMemory, taskNames: readonly string[]): void {
  const reason = "not summarised: DynamoDB does not take its summary";
  for (const name of taskNames) memory.setAside.set(name, reason);
}
