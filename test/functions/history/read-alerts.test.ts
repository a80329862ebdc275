import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  followAlerts,
  LATE_MS,
  POLL_MS,
  readAlerts,
} from "../../../functions/history/read-alerts.ts";
import type { DamagedEvent, HistoryQuery } from "../../../functions/ports/history-store.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { FakeHistoryStore } from "../../fakes/home-stores.ts";

const NOON = Date.UTC(2026, 0, 5, 12);

function anEvent(id: string, time: EpochMs, taskName = "db"): OutgoingEvent {
  const detail = { task_name: taskName };
  return { id, detailType: "TCP Probe Alert State Change", time, resources: [], detail };
}

test("readAlerts gives the page that the store finds", async () => {
  const alerts = new FakeHistoryStore();
  await alerts.putHistory([
    anEvent("a", NOON),
    anEvent("b", NOON + 1),
    anEvent("c", NOON + 2, "x"),
  ]);
  const query = { sinceMs: NOON, untilMs: NOON + 9, limit: 9, taskName: "db" };
  assert.deepEqual(await readAlerts({ alerts }, query), await alerts.readHistory(query));
});

/**
 * Follows alerts from noon on. At each poll the given events are stored first; returns the ids of
 * each batch that is given, and the queries.
 */
async function follow(
  polls: readonly (readonly OutgoingEvent[])[],
  {
    known = [],
    taskName = null,
    damage = [],
  }: {
    known?: OutgoingEvent[];
    taskName?: string | null;
    /** What is damaged at the start, and then at each poll. */
    damage?: readonly (readonly string[])[];
  } = {},
) {
  const damagedAt = (poll: number): DamagedEvent[] =>
    (damage[poll] ?? []).map((key) => ({ key, reason: "bad" }));
  const store = new FakeHistoryStore();
  await store.putHistory(known);
  const queries: HistoryQuery[] = [];
  const alerts = {
    readHistory: async (query: HistoryQuery) => {
      queries.push(query);
      return { ...(await store.readHistory(query)), damaged: damagedAt(queries.length) };
    },
  };
  const delays: number[] = [];
  let nowMs = NOON;
  const sleep = async (ms: number) => {
    const events = polls[delays.length];
    if (events === undefined) throw new Error("interrupted");
    delays.push(ms);
    nowMs += ms;
    await store.putHistory(events);
  };
  const batches: string[][] = [];
  const damagedKeys: string[] = [];
  const page = { events: known, damaged: damagedAt(0) };
  const following = { taskName, known: page, now: () => nowMs, sleep };
  await assert.rejects(async () => {
    for await (const fresh of followAlerts({ alerts }, following)) {
      if (fresh.events.length > 0) batches.push(fresh.events.map(({ id }) => id));
      damagedKeys.push(...fresh.damaged.map(({ key }) => key));
    }
  }, /^Error: interrupted$/);
  return { batches, damagedKeys, queries, delays };
}

test("followAlerts gives each new event once, oldest first, and waits between polls", async () => {
  const { batches, delays } = await follow(
    [[], [anEvent("b", NOON + 2), anEvent("a", NOON + 1)], [], [anEvent("c", NOON)]],
    { known: [anEvent("known", NOON)] },
  );
  assert.deepEqual(batches, [["a", "b"], ["c"]]);
  assert.deepEqual(delays, [POLL_MS, POLL_MS, POLL_MS, POLL_MS]);
});

test("followAlerts names each stored event that it can't read, once", async () => {
  const damage = [["old"], ["old"], ["old", "new"], ["new"], ["newer"]];
  const { damagedKeys } = await follow([[], [], [], []], { damage });
  assert.deepEqual(damagedKeys, ["new", "newer"]);
});

test("followAlerts gives the events of one task only if it is named", async () => {
  const events = [anEvent("a", NOON), anEvent("b", NOON, "web")];
  assert.deepEqual((await follow([events], { taskName: "web" })).batches, [["b"]]);
});

test("followAlerts sees an event that is stored late, and no older one", async () => {
  const { batches } = await follow([
    [anEvent("late", NOON - LATE_MS), anEvent("too late", NOON - LATE_MS - 1)],
  ]);
  assert.deepEqual(batches, [["late"]]);
});

test("followAlerts sees what comes after the clock was set back by hours", async () => {
  let nowMs = NOON;
  const alerts = new FakeHistoryStore();
  const sleep = async (ms: number) => {
    nowMs += ms - 3 * 60 * MINUTE_MS;
    await alerts.putHistory([anEvent("back", nowMs)]);
  };
  const following = { taskName: null, known: { events: [], damaged: [] }, now: () => nowMs, sleep };
  const { value } = await followAlerts({ alerts }, following).next();
  assert.deepEqual(
    value?.events.map((event: OutgoingEvent) => event.id),
    ["back"],
  );
});

test("followAlerts sees an event of this very millisecond", async () => {
  assert.deepEqual((await follow([[anEvent("now", NOON + POLL_MS)]])).batches, [["now"]]);
});

test("followAlerts asks for no more than twice the delay in the long run", async () => {
  const { queries } = await follow(Array.from({ length: 400 }, () => []));
  const lengths = queries.map(({ sinceMs, untilMs }) => untilMs - sinceMs);
  assert.equal(lengths[0], LATE_MS + POLL_MS + 1);
  assert.equal(Math.max(...lengths), 2 * LATE_MS);
  const starts = queries.map(({ sinceMs }) => sinceMs);
  assert.ok(starts.every((at) => at >= NOON - LATE_MS && at <= NOON + 400 * MINUTE_MS));
});
