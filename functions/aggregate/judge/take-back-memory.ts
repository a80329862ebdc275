import { takeBackFleet } from "../../../shared/fleet-health/fleet-health.ts";
import { takeBackState } from "../../../shared/health/health.ts";
import type { EpochMs } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import type { AggregateServices } from "../services/services.ts";
import { storeFleet } from "./store-fleet.ts";
import { storeRecord, type TaskMemory } from "./task-memory.ts";

const PARALLEL_WRITES = 16;

/** Takes back what is remembered of tasks and of the fleet from `toMs` on, so that windows are judged from there. Idempotent. */
export async function takeBackMemory(
  { states, fleetRecord }: Pick<AggregateServices, "states" | "fleetRecord">,
  memory: TaskMemory,
  toMs: EpochMs,
): Promise<void> {
  const later = [...memory.records.values()].flatMap(
    (record) => takeBackRecord(record, toMs) ?? [],
  );
  await inParallel(later, PARALLEL_WRITES, (record) => storeRecord(states, memory, record));
  const { record } = memory.fleet;
  const state = takeBackFleet(record.state, toMs);
  if (state !== record.state) await storeFleet(fleetRecord, memory, { ...record, state });
}

/** Null if nothing of the record is later. */
function takeBackRecord(record: TaskRecord, toMs: EpochMs): TaskRecord | null {
  const state = takeBackState(record.state, toMs);
  const { goneSinceMs } = record;
  const isGoneLater = goneSinceMs !== null && goneSinceMs > toMs;
  if (state === record.state && !isGoneLater) return null;
  return { ...record, state, goneSinceMs: isGoneLater ? toMs : goneSinceMs };
}
