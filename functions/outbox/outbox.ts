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
  /** When events that the bus refuses are published again; null for never. */
  readonly retry: Retry | null;
}

/** Further passes, each after a delay; they begin with the first delay after every delivery. */
interface Retry {
  readonly delaysMs: readonly DurationMs[];
  readonly sleep: (ms: DurationMs) => Promise<void>;
}

/**
 * Delivers pending events at least once, in rounds of one event an owner, so that none overtakes an
 * earlier one. Each round is acknowledged before the next, so a process that ends in between repeats
 * one round only. An owner whose event is refused waits until the others had their turn, and after
 * the last attempt for the next run. Returns the error code of each event that stays refused.
 */
export async function deliverPending<Owner extends EventOwner>(
  outbox: Outbox<Owner>,
): Promise<string[]> {
  const codes: Codes = new Map();
  const delaysMs = outbox.retry?.delaysMs ?? [];
  let waiting: readonly Owner[] = outbox.owners.filter(hasPending);
  for (let idle = 0; waiting.length > 0; idle++) {
    const pass = await deliverPass(outbox, waiting, codes);
    if (pass.hasDelivered) idle = 0;
    waiting = pass.waiting;
    const delayMs = delaysMs[idle];
    if (waiting.length === 0 || delayMs === undefined || isOver(outbox)) break;
    await outbox.retry?.sleep(delayMs);
  }
  return [...codes.values()];
}

/** The error code of the last attempt, by event. */
type Codes = Map<string, string>;

interface Pass<Owner> {
  /** Owners that still have an event to deliver. Those that had no turn are first. */
  readonly waiting: readonly Owner[];
  readonly hasDelivered: boolean;
}

/** Publishes round by round, each event once. A round in which nothing is delivered ends the pass. */
async function deliverPass<Owner extends EventOwner>(
  outbox: Outbox<Owner>,
  owners: readonly Owner[],
  codes: Codes,
): Promise<Pass<Owner>> {
  let waiting = owners;
  let hasDelivered = false;
  const refused: Owner[] = [];
  while (waiting.length > 0 && !isOver(outbox)) {
    const round = waiting.slice(0, outbox.roundSize);
    waiting = waiting.slice(outbox.roundSize);
    const delivered = await publishRound(outbox, round.flatMap(headOf), codes);
    const isTaken = (owner: Owner) => headOf(owner).some(({ id }) => delivered.has(id));
    refused.push(...round.filter((owner) => !isTaken(owner)));
    if (delivered.size === 0) break;
    hasDelivered = true;
    waiting = [...waiting, ...(await acknowledgeRound(outbox, round.filter(isTaken)))];
  }
  return { waiting: [...waiting, ...refused], hasDelivered };
}

function isOver({ now, deadlineMs }: Pick<Outbox<EventOwner>, "now" | "deadlineMs">): boolean {
  return now() >= deadlineMs;
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
  owners: readonly Owner[],
): Promise<Owner[]> {
  const stored = await inParallel(owners, PARALLEL_WRITES, (owner) =>
    outbox.acknowledge(owner, owner.pending.slice(1)),
  );
  return stored.filter((owner) => owner !== null).filter(hasPending);
}

/**
 * Publishes each event once, and returns the ids of those that were delivered. If the bus takes
 * nothing of the first calls, it is spared the others: each could take seconds to fail.
 */
async function publishRound<Owner extends EventOwner>(
  outbox: Outbox<Owner>,
  events: readonly OutgoingEvent[],
  codes: Codes,
): Promise<Set<string>> {
  const delivered = new Set<string>();
  let failedCalls = 0;
  await inParallel(inCalls(events), PARALLEL_CALLS, async (call) => {
    const isDead = delivered.size === 0 && failedCalls >= PARALLEL_CALLS;
    if (isOver(outbox) || isDead) return;
    const answer = await outbox.bus.publish(call);
    for (const { id, code } of answer.failed) codes.set(id, code);
    for (const id of answer.delivered) {
      delivered.add(id);
      codes.delete(id);
    }
    if (answer.delivered.length === 0) failedCalls++;
  });
  return delivered;
}

function inCalls(events: readonly OutgoingEvent[]): OutgoingEvent[][] {
  const count = Math.ceil(events.length / CALL_EVENTS);
  return Array.from({ length: count }, (_, i) =>
    events.slice(i * CALL_EVENTS, (i + 1) * CALL_EVENTS),
  );
}
