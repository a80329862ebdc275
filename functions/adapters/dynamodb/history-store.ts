import { marshall } from "@aws-sdk/util-dynamodb";
import type { DetailType } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { DAY_MS, type DurationMs, type EpochMs, toIso } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type {
  DamagedEvent,
  HistoryPage,
  HistoryQuery,
  HistoryStore,
} from "../../ports/history-store.ts";
import { type BatchSetup, writeBatches } from "./batches.ts";
import { toPlainItem } from "./plain-item.ts";
import {
  expiryAttribute,
  isExpired,
  readList,
  readNumber,
  readText,
  storedItem,
} from "./stored-item.ts";
import { type Item, type Key, queryItems } from "./table.ts";

const PARALLEL_DAYS = 16;

/** The history store's table, its clock, and how long it keeps an event. */
interface HistoryStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Events in the home region's `alerts` table, a partition a day. */
export function createHistoryStore(setup: HistoryStoreSetup): HistoryStore {
  return {
    async putHistory(events) {
      await writeBatches(
        setup,
        events.map((event) => ({
          ...marshall({ ...historyKey(event), ...encodeEvent(event) }),
          ...expiryAttribute(event.time + setup.keepMs),
        })),
      );
    },

    readHistory: (query) => readDays(setup, query),
  };
}

/** The key of an event in the history; the events of a day share a partition. */
export function historyKey(event: Pick<OutgoingEvent, "time" | "id">): Key {
  return { pk: historyPartition(event.time), sk: `${toIso(event.time)}#${event.id}` };
}

function historyPartition(at: EpochMs): string {
  return `event#${toIso(at).slice(0, 10)}`;
}

async function readDays(setup: HistoryStoreSetup, query: HistoryQuery): Promise<HistoryPage> {
  // Older events have expired, so this bounds the days to read.
  const sinceMs = Math.max(query.sinceMs, setup.now() - setup.keepMs);
  const found: FoundEvents = { events: [], damaged: [] };
  if (sinceMs >= query.untilMs) return found;
  const days = daysBack(sinceMs, query.untilMs);
  for (let at = 0; at < days.length && found.events.length < query.limit; at += PARALLEL_DAYS) {
    const some = days.slice(at, at + PARALLEL_DAYS);
    const read = await inParallel(some, PARALLEL_DAYS, (day) =>
      readDay(setup, day, { ...query, sinceMs }),
    );
    for (const { events, damaged } of read) {
      found.events.push(...events);
      found.damaged.push(...damaged);
    }
  }
  return { events: found.events.slice(0, query.limit), damaged: found.damaged };
}

/** The start of every day that the interval touches, the newest first. */
function daysBack(sinceMs: EpochMs, untilMs: EpochMs): EpochMs[] {
  const days: EpochMs[] = [];
  const lastMs = untilMs - 1;
  for (let at = lastMs - (lastMs % DAY_MS); at + DAY_MS > sinceMs; at -= DAY_MS) days.push(at);
  return days;
}

interface FoundEvents {
  readonly events: OutgoingEvent[];
  readonly damaged: DamagedEvent[];
}

async function readDay(
  setup: HistoryStoreSetup,
  day: EpochMs,
  query: HistoryQuery,
): Promise<FoundEvents> {
  const found: FoundEvents = { events: [], damaged: [] };
  const items = queryItems(setup, {
    keys: "pk = :pk AND sk BETWEEN :first AND :last",
    values: {
      ":pk": historyPartition(day),
      ":first": toIso(query.sinceMs),
      ":last": toIso(query.untilMs),
    },
    newestFirst: true,
  });
  for await (const item of items) {
    if (isExpired(item, setup.now())) continue;
    addEvent(found, item, query.taskName);
    if (found.events.length >= query.limit) break;
  }
  return found;
}

/** An event that can't be read must not hide the others. */
function addEvent({ events, damaged }: FoundEvents, item: Item, taskName: string | null): void {
  try {
    const event = decodeEvent(toPlainItem(item));
    if (taskName === null || taskOf(event) === taskName) events.push(event);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    damaged.push({ key: `${item.pk?.S} ${item.sk?.S}`, reason });
  }
}

function taskOf(event: OutgoingEvent): unknown {
  return "task_name" in event.detail ? event.detail.task_name : null;
}

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
    time: readNumber(item, "time_ms"),
    resources: readList(item, "resources").map(String),
    detail: JSON.parse(readText(item, "detail")),
  };
}
