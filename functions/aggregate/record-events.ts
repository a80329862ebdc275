import { sumOf } from "../../shared/sum-of.ts";
import type { EpochMs } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { TaskRecord } from "../ports/state-store.ts";
import { storeFleet, storeRecord, type TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";

/** How many records' events are written before the records are stored without them. */
const ROUND_RECORDS = 25;

const PARALLEL_ROUNDS = 4;
const PARALLEL_WRITES = 5;

/**
 * Writes the events that the history lacks, and strikes them from their records. No round is begun at
 * or after `untilMs`; the next run goes on. Only an event of the last rounds can be written twice, and
 * then it replaces itself.
 */
export async function recordEvents(
  { now, history, states, fleetRecord }: AggregateServices,
  memory: TaskMemory,
  untilMs: EpochMs,
): Promise<void> {
  const { record: fleet } = memory.fleet;
  if (fleet.unrecorded.length > 0 && now() < untilMs) {
    const refused = await history.putHistory(fleet.unrecorded);
    noteRefused(memory, { subject: "The fleet", unrecorded: fleet.unrecorded }, refused);
    await storeFleet(fleetRecord, memory, { ...fleet, unrecorded: [] });
  }
  const records = [...memory.records.values()].filter(({ unrecorded }) => unrecorded.length > 0);
  await inParallel(inRounds(records), PARALLEL_ROUNDS, async (round) => {
    if (now() >= untilMs) return;
    const refused = await history.putHistory(round.flatMap(({ unrecorded }) => unrecorded));
    for (const { task, unrecorded } of round) {
      noteRefused(memory, { subject: `Task ${JSON.stringify(task.name)}`, unrecorded }, refused);
    }
    await inParallel(round, PARALLEL_WRITES, (record) =>
      storeRecord(states, memory, { ...record, unrecorded: [] }),
    );
  });
}

/** What DynamoDB refuses it will never take, so the event stays out of the history. */
function noteRefused(
  { faults }: TaskMemory,
  { subject, unrecorded }: { readonly subject: string } & Pick<TaskRecord, "unrecorded">,
  refused: readonly string[],
): void {
  for (const { id } of unrecorded) {
    if (!refused.includes(id)) continue;
    faults.add(`${subject}: event ${id} is not in the history: DynamoDB does not take it`);
  }
}

function inRounds(records: readonly TaskRecord[]): (readonly TaskRecord[])[] {
  const count = Math.ceil(records.length / ROUND_RECORDS);
  return Array.from({ length: count }, (_, i) =>
    records.slice(i * ROUND_RECORDS, (i + 1) * ROUND_RECORDS),
  );
}

/** How many events the history lacks. */
export function countUnrecorded({ fleet, records }: TaskMemory): number {
  return sumOf([fleet.record, ...records.values()], ({ unrecorded }) => unrecorded.length);
}
