import { readFileSync } from "node:fs";
import { EVENT_SOURCE } from "../../shared/contract.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";

/** An event as a rule sees it. */
export interface Envelope {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export const EVENT_NAMES = [
  "alert-state-change",
  "released",
  "reminder",
  "region-advisory",
  "certificate-changed",
  "task-rejected",
  "region-impaired",
  "region-missing",
  "group-health",
  "storm",
  "quieting",
  "heartbeat",
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** A golden event in its envelope; `different` takes the place of fields of its detail. */
export function goldenEvent(name: EventName, different: object = {}): Envelope {
  const file = new URL(`../golden/events/${name}.json`, import.meta.url);
  const event: OutgoingEvent = JSON.parse(readFileSync(file, "utf8"));
  return {
    source: EVENT_SOURCE,
    "detail-type": event.detailType,
    detail: { ...event.detail, ...different },
  };
}
