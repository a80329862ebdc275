import { marshall } from "@aws-sdk/util-dynamodb";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { hash32 } from "../../../shared/hash.ts";
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
import { decodeEvent, encodeEvent } from "./stored-event.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Item, type Key, queryItems } from "./table.ts";

/**
 * The events of a day are spread over this many partitions by task, because one takes a thousand
 * write units a second, and ten thousand tasks can fail in one minute. A reader of all tasks asks
 * each of them, so they are few.
 */
const DAY_PARTITIONS = 8;

/** As many as the client has sockets, about. */
const PARALLEL_READS = 24;

/** Days of which all partitions are read at a time. */
const DAYS_AT_ONCE = 4;

/** Longer pages than this are no quicker. */
const LONGEST_PAGE = 1_000;

/** The history store's table, its clock, and how long it keeps an event. */
interface HistoryStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Events in the home region's `alerts` table. */
export function createHistoryStore(setup: HistoryStoreSetup): HistoryStore {
  return {
    async putHistory(events) {
      const items = events.map((event) => ({
        ...marshall({ ...historyKey(event), ...encodeEvent(event) }),
        ...expiryAttribute(event.time + setup.keepMs),
      }));
      const refused = new Set(await writeBatches(setup, items));
      return events.flatMap(({ id }, i) => {
        const item = items[i];
        return item !== undefined && refused.has(item) ? id : [];
      });
    },

    readHistory: (query) => readDays(setup, query),
  };
}

/** The key of an event in the history. */
export function historyKey(event: Pick<OutgoingEvent, "time" | "id" | "detail">): Key {
  const name = taskOf(event);
  const partition = partitionOf(typeof name === "string" ? name : event.id);
  return { pk: `${dayKey(event.time)}#${partition}`, sk: `${toIso(event.time)}#${event.id}` };
}

function dayKey(at: EpochMs): string {
  return `event#${toIso(at).slice(0, 10)}`;
}

function partitionOf(taskName: string): number {
  return hash32(taskName) % DAY_PARTITIONS;
}

/** Where a day's events of a task, or of all, are. Earlier versions had one partition a day. */
function partitionsOf(day: EpochMs, taskName: string | null): string[] {
  const numbers =
    taskName === null
      ? Array.from({ length: DAY_PARTITIONS }, (_, i) => i)
      : [partitionOf(taskName)];
  return [dayKey(day), ...numbers.map((number) => `${dayKey(day)}#${number}`)];
}

async function readDays(setup: HistoryStoreSetup, query: HistoryQuery): Promise<HistoryPage> {
  // Older events have expired, so this bounds the days to read.
  const sinceMs = Math.max(query.sinceMs, setup.now() - setup.keepMs);
  const found: FoundEvents = { events: [], damaged: [] };
  if (sinceMs >= query.untilMs) return found;
  const days = daysBack(sinceMs, query.untilMs);
  for (let at = 0; at < days.length && found.events.length < query.limit; at += DAYS_AT_ONCE) {
    const keys = days
      .slice(at, at + DAYS_AT_ONCE)
      .flatMap((day) => partitionsOf(day, query.taskName));
    const read = await inParallel(keys, PARALLEL_READS, (key) =>
      readPartition(setup, key, { ...query, sinceMs }),
    );
    found.events.push(...newestFirst(read.flatMap(({ events }) => events)));
    found.damaged.push(...read.flatMap(({ damaged }) => damaged));
  }
  return { events: found.events.slice(0, query.limit), damaged: found.damaged };
}

/** Each event once: an upgrade in between can have recorded it in the old place and in the new. */
function newestFirst(events: readonly OutgoingEvent[]): OutgoingEvent[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
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

async function readPartition(
  setup: HistoryStoreSetup,
  key: string,
  query: HistoryQuery,
): Promise<FoundEvents> {
  const found: FoundEvents = { events: [], damaged: [] };
  const items = queryItems(setup, {
    keys: "pk = :pk AND sk BETWEEN :first AND :last",
    values: {
      ":pk": key,
      ":first": toIso(query.sinceMs),
      ":last": toIso(query.untilMs),
    },
    newestFirst: true,
    // Of one task's events a page may have none.
    ...(query.taskName === null && query.limit < LONGEST_PAGE && { pageSize: query.limit }),
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

function taskOf(event: Pick<OutgoingEvent, "detail">): unknown {
  return "task_name" in event.detail ? event.detail.task_name : null;
}
