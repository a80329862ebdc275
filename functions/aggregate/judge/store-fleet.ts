import { cutEvent } from "../../../shared/event/event.ts";
import type { FleetRecord, FleetRecordStore } from "../../ports/fleet-record-store.ts";
import type { TaskMemory } from "./task-memory.ts";

/**
 * Stores the fleet's next record, remembers and returns it. A record that does not fit is cut; if even
 * that can't be stored, it stays as it was, which is said, and the result is null. Throws if another
 * run has changed the record.
 */
export async function storeFleet(
  store: FleetRecordStore,
  memory: TaskMemory,
  next: Omit<FleetRecord, "version">,
): Promise<FleetRecord | null> {
  const version = memory.fleet.record.version + 1;
  let reason = "";
  for (const form of [next, cutFleet(next)]) {
    const record = { ...form, version };
    const outcome = await store.putFleet(record);
    if (outcome === "lost") throw new Error("The fleet's record was changed by another run");
    if (outcome === "stored") {
      memory.fleet.record = record;
      return record;
    }
    reason = outcome.refused;
  }
  memory.faults.add(`The fleet's record is not stored: it ${reason}`);
  return null;
}

function cutFleet({ pending, unrecorded, ...fleet }: Omit<FleetRecord, "version">) {
  return { ...fleet, pending: pending.map(cutEvent), unrecorded: unrecorded.map(cutEvent) };
}
