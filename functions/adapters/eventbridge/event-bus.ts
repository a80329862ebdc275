import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { EVENT_SOURCE } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { EventBus } from "../../ports/event-bus.ts";

/** What PutEvents takes in one call: ten entries and 256 KB (its API reference). */
const CALL_ENTRIES = 10;
const CALL_BYTES = 256 * 1_024;

type Delivery = Awaited<ReturnType<EventBus["publish"]>>;

/** The fleet's bus on EventBridge. It does not retry: the caller knows the order and the deadline. */
export function createEventBus(client: EventBridgeClient, bus: string): EventBus {
  return {
    async publish(events) {
      const delivered: string[] = [];
      const failed: { id: string; code: string }[] = [];
      for (const call of splitCalls(events)) {
        const outcome = await putEvents(client, bus, call);
        delivered.push(...outcome.delivered);
        failed.push(...outcome.failed);
      }
      return { delivered, failed };
    },
  };
}

/**
 * If a call fails as a whole, each of its entries has failed. But one entry that breaks a rule refuses
 * the whole call, so each of them is then sent alone. The next calls are made all the same.
 */
async function putEvents(
  client: EventBridgeClient,
  bus: string,
  events: readonly OutgoingEvent[],
): Promise<Delivery> {
  try {
    const Entries = events.map((event) => entryOf(event, bus));
    const answer = await client.send(new PutEventsCommand({ Entries }));
    const codes = events.map((event, i) => {
      const entry = answer.Entries?.[i];
      return { id: event.id, code: entry?.EventId === undefined ? errorOf(entry) : null };
    });
    return {
      delivered: codes.flatMap(({ id, code }) => (code === null ? [id] : [])),
      failed: codes.flatMap(({ id, code }) => (code === null ? [] : [{ id, code }])),
    };
  } catch (cause) {
    const code = cause instanceof Error ? cause.name : "Error";
    if (code === "ValidationException" && events.length > 1) return sendAlone(client, bus, events);
    return { delivered: [], failed: events.map(({ id }) => ({ id, code })) };
  }
}

async function sendAlone(
  client: EventBridgeClient,
  bus: string,
  events: readonly OutgoingEvent[],
): Promise<Delivery> {
  const outcomes: Delivery[] = [];
  for (const event of events) outcomes.push(await putEvents(client, bus, [event]));
  return {
    delivered: outcomes.flatMap(({ delivered }) => delivered),
    failed: outcomes.flatMap(({ failed }) => failed),
  };
}

function errorOf(entry: { readonly ErrorCode?: string | undefined } | undefined): string {
  return entry?.ErrorCode ?? "NoAnswer";
}

function entryOf(event: OutgoingEvent, bus: string): PutEventsRequestEntry {
  return {
    EventBusName: bus,
    Source: EVENT_SOURCE,
    DetailType: event.detailType,
    Time: new Date(event.time),
    Resources: [...event.resources],
    Detail: JSON.stringify(event.detail),
  };
}

/** Splits events into calls, in their order. An event that is too large is a call of its own. */
export function splitCalls(events: readonly OutgoingEvent[]): OutgoingEvent[][] {
  const calls: OutgoingEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = sizeOf(event);
    const call = calls.at(-1);
    if (call === undefined || call.length === CALL_ENTRIES || bytes + size > CALL_BYTES) {
      calls.push([event]);
      bytes = size;
      continue;
    }
    call.push(event);
    bytes += size;
  }
  return calls;
}

/** The size that EventBridge counts: 14 bytes for the time, the rest in UTF-8 (user guide, "entry size"). */
function sizeOf(event: OutgoingEvent): number {
  const texts = [EVENT_SOURCE, event.detailType, JSON.stringify(event.detail), ...event.resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 14);
}
