import type { DetailType } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import {
  damaged,
  type Fields,
  readInstant,
  readList,
  readText,
  storedItem,
} from "./stored-item.ts";

/** An event's stored attributes. `detail` is the exact text that is sent. */
export function encodeEvent(event: OutgoingEvent) {
  return {
    id: event.id,
    detail_type: event.detailType,
    time_ms: event.time,
    resources: [...event.resources],
    detail: JSON.stringify(event.detail),
  };
}

/** Reads an event's stored attributes; throws if they are damaged. */
export function decodeEvent(stored: unknown): OutgoingEvent {
  const item = storedItem("event", stored);
  return {
    id: readText(item, "id"),
    detailType: readText(item, "detail_type") as DetailType,
    time: readInstant(item, "time_ms"),
    resources: readList(item, "resources").map(String),
    detail: storedItem("event's detail", parseDetail(readText(item, "detail"))).fields,
  };
}

function parseDetail(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged({ kind: "event" }, "detail must be JSON");
  }
}

/** A stored event with its other attributes, such as marks. */
interface ReadEvent {
  readonly event: OutgoingEvent;
  readonly fields: Fields;
}

/** Reads stored events. `lost` says of each that can't be read why: it must not hold up the others. */
export function readEvents(stored: readonly unknown[]) {
  const events: ReadEvent[] = [];
  const lost: string[] = [];
  for (const one of stored) {
    try {
      events.push({ event: decodeEvent(one), fields: storedItem("event", one).fields });
    } catch (error) {
      lost.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { events, lost };
}
