import assert from "node:assert/strict";
import { test } from "node:test";
import { fleetOf, tasksOf } from "../../../bench/aggregate/make-fleet.ts";
import type { Limits } from "../../../bench/outage/capacity.ts";
import type { Arrival } from "../../../bench/outage/limited-bus.ts";
import { type Outage, type Played, playOutage } from "../../../bench/outage/play-scene.ts";
import { MINUTE_MS, SECOND_MS, startOfMinute } from "../../../shared/units.ts";

/** A thirtieth of 8,000 tasks, on a thirtieth of what AWS gives a new table and a small region. */
const SHAPE = { taskCount: 267, regionCount: 3, scheduleSeconds: 15 };
const LIMITS = { partitionWrites: 33, tableWrites: 132 };
const BUS_ENTRIES = 13;

function play(seed: number, change: Partial<Outage> = {}): Promise<Played> {
  const scene = { fleet: fleetOf(SHAPE), tasks: tasksOf(SHAPE), seed, minutes: 8 };
  const limits = { alerts: LIMITS, summaries: LIMITS };
  return playOutage({ ...scene, limits, busEntries: BUS_ENTRIES, ...change });
}

function tellsOfOutage({ state }: Arrival): boolean {
  return state === "CRITICAL";
}

/** Played once for all who compare with it. */
const usual = new Map<number, Promise<Played>>();

function playUsual(seed: number): Promise<Played> {
  const played = usual.get(seed) ?? play(seed);
  usual.set(seed, played);
  return played;
}

for (const seed of [1]) {
  test(`aggregateWindows tells of a mass outage once, in time, and records it (seed ${seed})`, async () => {
    const { outage, arrivals, runs, historyIds, pendingCount } = await playUsual(seed);
    assert.deepEqual(
      runs.filter(({ end }) => end !== "returned"),
      [],
      "a run fails, or is ended by Lambda",
    );
    assert.ok((runs.at(-1)?.throttled ?? 0) > 100, "the tables throttle nothing");
    const ids = arrivals.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "an event is published twice");
    const told = arrivals.filter(tellsOfOutage);
    assert.equal(new Set(told.map(({ taskName }) => taskName)).size, SHAPE.taskCount);
    const windowEndMs = startOfMinute(outage.fromMs) + MINUTE_MS;
    const lastMs = Math.max(...told.map(({ atMs }) => atMs));
    // No hint is sent here: the fourth failed check is in the next minute, which a later run judges.
    assert.ok(lastMs - windowEndMs < 4 * MINUTE_MS, `the last event is late: ${lastMs}`);
    const lacking = ids.filter((id) => !historyIds.has(id));
    assert.deepEqual(lacking, [], "the history lacks an event");
    assert.equal(
      historyIds.size,
      ids.length + 1,
      "the history has more than the tasks' and the storm",
    );
    assert.equal(pendingCount, 0, "a record still owes an event");
  });
}

/** A second's units where a minute's summaries take 70 % of the capacity, and DynamoDB grants no burst. */
const STEADY: Limits = { partitionWrites: 0.14, tableWrites: 0.14, tableReads: 0.14 };

test("aggregateWindows tells no later while its summaries find no room, and writes them later", async () => {
  const free = await playUsual(1);
  const limits = { alerts: LIMITS, summaries: STEADY };
  const busy = await play(1, { limits, minutes: 10, raisedInMinute: 8 });
  assert.ok(busy.summaries.throttled > 100, "the table throttles nothing");
  assert.deepEqual(
    busy.runs.filter(({ end }) => end !== "returned"),
    [],
    "a run fails, or is ended by Lambda",
  );
  const first = free.arrivals.map(({ id }) => id);
  assert.deepEqual(new Set(busy.arrivals.map(({ id }) => id)), new Set(first));
  assert.equal(busy.arrivals.length, first.length, "an event is published twice");
  const lateMs = (busy.arrivals.at(-1)?.atMs ?? 0) - (free.arrivals.at(-1)?.atMs ?? 0);
  assert.ok(lateMs < 5 * SECOND_MS, `an alert waits ${lateMs} ms for summaries`);
  assert.equal(busy.pendingCount, 0);
  assert.equal(busy.runs.at(-1)?.log?.openWindows, 0, "a window still waits for its summaries");
  const missing = [...free.minuteVersions.keys()].filter((key) => !busy.minuteVersions.has(key));
  assert.deepEqual(missing, [], "summaries are lost");
  assert.deepEqual(new Set(busy.minuteVersions.values()), new Set([1]), "one is written twice");
});
