import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { type DurationMs, type EpochMs, toIso } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { DamagedEvent, HistoryPage, HistoryQuery } from "../../ports/alert-store.ts";
import { decodeEvent, encodeEvent } from "./alert-item.ts";
import { daysBack, historyKey, historyPartition } from "./alert-key.ts";
import { type Item, queryPages } from "./query-pages.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type BatchSetup, writeBatches } from "./write-batches.ts";

const PARALLEL_DAYS = 16;

interface HistorySetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

export async function writeHistory(
  setup: HistorySetup,
  events: readonly OutgoingEvent[],
): Promise<void> {
  await writeBatches(
    setup,
    events.map((event) => ({
      ...marshall({ ...historyKey(event), ...encodeEvent(event) }),
      ...expiryAttribute(event.time + setup.keepMs),
    })),
  );
}

export async function readHistory(setup: HistorySetup, query: HistoryQuery): Promise<HistoryPage> {
  // Nothing older than what is kept can be there: it bounds the days that are asked.
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

interface FoundEvents {
  readonly events: OutgoingEvent[];
  readonly damaged: DamagedEvent[];
}

async function readDay(
  setup: HistorySetup,
  day: EpochMs,
  query: HistoryQuery,
): Promise<FoundEvents> {
  const found: FoundEvents = { events: [], damaged: [] };
  const items = queryPages(setup.client, {
    TableName: setup.table,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: marshall({
      ":pk": historyPartition(day),
      ":first": toIso(query.sinceMs),
      ":last": toIso(query.untilMs),
    }),
    ScanIndexForward: false,
  });
  for await (const item of items) {
    if (isExpired(item, setup.now())) continue;
    addEvent(found, item, query.taskName);
    if (found.events.length >= query.limit) break;
  }
  return found;
}

/** One damaged or newer item must not hide the others. */
function addEvent({ events, damaged }: FoundEvents, item: Item, taskName: string | null): void {
  try {
    const event = decodeEvent(unmarshall(item));
    if (taskName === null || taskOf(event) === taskName) events.push(event);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    damaged.push({ key: `${item.pk?.S} ${item.sk?.S}`, reason });
  }
}

function taskOf(event: OutgoingEvent): unknown {
  return "task_name" in event.detail ? event.detail.task_name : null;
}
