import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import { pendingEvents, storeRecord, type TaskMemory } from "../judge/judge.ts";
import type { AggregateServices } from "../services/services.ts";

const ATTEMPTS = 4;
const FIRST_DELAY_MS: DurationMs = 200;
const PARALLEL_WRITES = 16;

/** As many as PutEvents takes, so that the deadline is looked at between calls. */
const CALL_EVENTS = 10;
const PARALLEL_CALLS = 4;

/**
 * Delivers pending events, as far as the bus takes it before `deadlineMs`: at least once, each task's
 * events in order of their sequence. What it does not take stays pending, for the next run's sweep.
 */
export async function deliverEvents(
  services: AggregateServices,
  memory: TaskMemory,
  deadlineMs: EpochMs,
): Promise<void> {
  await services.history.putHistory(pendingEvents(memory));
  const stuck = new Set<string>();
  for (;;) {
    const heads = nextOfEachTask(memory, stuck);
    if (heads.size === 0 || services.now() >= deadlineMs) return;
    const delivered = await publish(services, [...heads.values()], deadlineMs);
    await acknowledge(services, memory, delivered);
    for (const [taskName, { id }] of heads) if (!delivered.has(id)) stuck.add(taskName);
  }
}

/** One event a task: the next one goes only when this one is there, so that none overtakes. */
function nextOfEachTask(
  memory: TaskMemory,
  stuck: ReadonlySet<string>,
): ReadonlyMap<string, OutgoingEvent> {
  const heads = new Map<string, OutgoingEvent>();
  for (const [name, { pending }] of memory.records) {
    const [head] = pending;
    if (head !== undefined && !stuck.has(name)) heads.set(name, head);
  }
  return heads;
}

/** Offers the events until all are taken, the attempts are used up or the time is. */
async function publish(
  services: AggregateServices,
  events: readonly OutgoingEvent[],
  deadlineMs: EpochMs,
): Promise<ReadonlySet<string>> {
  const delivered = new Set<string>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await services.sleep(FIRST_DELAY_MS * 2 ** (attempt - 1));
    const left = events.filter(({ id }) => !delivered.has(id));
    if (left.length === 0 || services.now() >= deadlineMs) return delivered;
    await inParallel(inTens(left), PARALLEL_CALLS, async (call) => {
      if (services.now() >= deadlineMs) return;
      const outcome = await services.bus.publish(call);
      for (const id of outcome.delivered) delivered.add(id);
    });
  }
  return delivered;
}

function inTens(events: readonly OutgoingEvent[]): OutgoingEvent[][] {
  const count = Math.ceil(events.length / CALL_EVENTS);
  return Array.from({ length: count }, (_, i) =>
    events.slice(i * CALL_EVENTS, (i + 1) * CALL_EVENTS),
  );
}

async function acknowledge(
  services: AggregateServices,
  memory: TaskMemory,
  delivered: ReadonlySet<string>,
): Promise<void> {
  const records = [...memory.records.values()].filter(({ pending }) =>
    pending.some(({ id }) => delivered.has(id)),
  );
  await inParallel(records, PARALLEL_WRITES, async (record) => {
    const pending = record.pending.filter(({ id }) => !delivered.has(id));
    await storeRecord(services.states, memory, { ...record, pending });
  });
}
