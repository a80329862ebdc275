import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { encodeEvent, readEvents } from "./stored-event.ts";

/** Events that a record owes: to the bus, and to the history. */
export interface OwedEvents {
  readonly pending: readonly OutgoingEvent[];
  readonly unrecorded: readonly OutgoingEvent[];
}

/**
 * Each event once, without the marks that are not true of it. An event goes to the bus in order, so
 * those that only the history lacks are the oldest.
 */
export function encodeOwed({ pending, unrecorded }: OwedEvents) {
  const waiting = new Set(pending.map(({ id }) => id));
  const missing = new Set(unrecorded.map(({ id }) => id));
  const delivered = unrecorded.filter(({ id }) => !waiting.has(id));
  return [...delivered, ...pending].map((event) => ({
    ...encodeEvent(event),
    ...(!waiting.has(event.id) && { delivered: true }),
    ...(!missing.has(event.id) && { recorded: true }),
  }));
}

/**
 * Reads the events that a record owes; `lost` says of each that can't be read why. An event without
 * marks is neither delivered nor recorded, as in records of earlier versions.
 */
export function decodeOwed(stored: readonly unknown[]): OwedEvents & {
  readonly lost: readonly string[];
} {
  const { events, lost } = readEvents(stored);
  return {
    pending: events.flatMap(({ event, fields }) => (fields.delivered === true ? [] : event)),
    unrecorded: events.flatMap(({ event, fields }) => (fields.recorded === true ? [] : event)),
    lost,
  };
}
