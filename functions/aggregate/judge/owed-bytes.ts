import { eventsOwed, type TaskMemory } from "./task-memory.ts";

/**
 * A record is one item of at most 400 KB. While it owes this many bytes of events, what it is about is
 * not judged: an event that was never decided can't be lost.
 */
export const OWED_LIMIT_BYTES = 200 * 1_024;

/** The bytes of a record's events in UTF-8, as DynamoDB counts; 0 for a single one, which is never too large. */
export function owedBytesOf(record: Parameters<typeof eventsOwed>[0]): number {
  const owed = eventsOwed(record);
  return owed.length < 2 ? 0 : Buffer.byteLength(JSON.stringify(owed));
}

/** Whether the fleet's record has room for more events. As for a task: one that was never decided can't be lost. */
export function hasFleetRoom({ fleet: { record }, faults }: TaskMemory): boolean {
  const bytes = owedBytesOf(record);
  if (bytes <= OWED_LIMIT_BYTES) return true;
  const rule = `must be at most ${OWED_LIMIT_BYTES} bytes, are ${bytes}`;
  faults.add(`The fleet's regions, groups and storms are not judged: its pending events ${rule}`);
  return false;
}
