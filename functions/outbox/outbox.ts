import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { EventBus } from "../ports/event-bus.ts";

const PARALLEL_WRITES = 16;

/** As many as PutEvents takes, so that the deadline is checked between calls. */
const CALL_EVENTS = 10;
const PARALLEL_CALLS = 4;

/** A stored record with its pending events, in order of their delivery. */
interface EventOwner {
  readonly pending: readonly OutgoingEvent[];
}

/** Pending events, and how they are delivered. */
export interface Outbox<Owner extends EventOwner> {
  readonly owners: readonly Owner[];
  /**
   * Stores the owner with the events that are pending after a delivery. Returns it as it is stored;
   * null if none of its further events is to be delivered in this run.
   */
  readonly acknowledge: (owner: Owner, pending: readonly OutgoingEvent[]) => Promise<Owner | null>;
  readonly bus: EventBus;
  readonly now: () => EpochMs;
  /** No call is begun at or after this instant. */
  readonly deadlineMs: EpochMs;
  /** How many owners' events are published before they are acknowledged. */
  readonly roundSize: number;
  /** How often an event that the bus refuses is published again; null for never. */
  readonly retry: Retry | null;
}

/** Further attempts, each after a delay. */
interface Retry {
  readonly delaysMs: readonly DurationMs[];
  readonly sleep: (ms: DurationMs) => Promise<void>;
}

/**
 * Delivers pending events at least once, in rounds of one event an owner, so that none overtakes an
 * earlier one. An owner whose event is refused waits for the next run. A round in which nothing is
 * delivered ends the delivery. Returns the error code of each event that was refused.
 */
export async function deliverPending<Owner extends EventOwner>(
  outbox: Outbox<Owner>,
): Promise<string[]> {
  const refused: string[] = [];
  let waiting = outbox.owners.filter(hasPending);
  while (waiting.length > 0) {
    const round = waiting.slice(0, outbox.roundSize);
    const { delivered, codes } = await publish(outbox, round.flatMap(headOf));
    refused.push(...codes.values());
    if (delivered.size === 0) break;
    const left = await acknowledgeRound(outbox, round, delivered);
    waiting = [...waiting.slice(outbox.roundSize), ...left];
  }
  return refused;
}

function hasPending({ pending }: EventOwner): boolean {
  return pending.length > 0;
}

function headOf({ pending }: EventOwner): readonly OutgoingEvent[] {
  return pending.slice(0, 1);
}

/** Returns the owners that have more events to deliver in this run. */
async function acknowledgeRound<Owner extends EventOwner>(
  outbox: Outbox<Owner>,
  round: readonly Owner[],
  delivered: ReadonlySet<string>,
): Promise<Owner[]> {
  const taken = round.filter((owner) => headOf(owner).some(({ id }) => delivered.has(id)));
  const stored = await inParallel(taken, PARALLEL_WRITES, (owner) =>
    outbox.acknowledge(owner, owner.pending.slice(1)),
  );
  return stored.filter((owner) => owner !== null).filter(hasPending);
}

interface Published {
  readonly delivered: Set<string>;
  /** Error codes of the last attempt, by event. */
  readonly codes: Map<string, string>;
}

/** Publishes until the bus has taken every event, no attempt is left, or the deadline has come. */
async function publish<Owner extends EventOwner>(
  { bus, now, deadlineMs, retry }: Outbox<Owner>,
  events: readonly OutgoingEvent[],
): Promise<Published> {
  const published: Published = { delivered: new Set(), codes: new Map() };
  for (const delayMs of [0, ...(retry?.delaysMs ?? [])]) {
    const left = events.filter(({ id }) => !published.delivered.has(id));
    if (left.length === 0 || now() >= deadlineMs) break;
    if (delayMs > 0) await retry?.sleep(delayMs);
    await inParallel(inCalls(left), PARALLEL_CALLS, async (call) => {
      if (now() < deadlineMs) note(published, await bus.publish(call));
    });
  }
  return published;
}

function note(
  { delivered, codes }: Published,
  answer: Awaited<ReturnType<EventBus["publish"]>>,
): void {
  for (const { id, code } of answer.failed) codes.set(id, code);
  for (const id of answer.delivered) {
    delivered.add(id);
    codes.delete(id);
  }
}

function inCalls(events: readonly OutgoingEvent[]): OutgoingEvent[][] {
  const count = Math.ceil(events.length / CALL_EVENTS);
  return Array.from({ length: count }, (_, i) =>
    events.slice(i * CALL_EVENTS, (i + 1) * CALL_EVENTS),
  );
}
