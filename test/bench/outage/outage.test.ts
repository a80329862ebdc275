import assert from "node:assert/strict";
import { test } from "node:test";
import { fleetOf, tasksOf } from "../../../bench/aggregate/make-fleet.ts";
import type { Arrival } from "../../../bench/outage/limited-bus.ts";
import { type Played, playOutage } from "../../../bench/outage/play-scene.ts";
import { MINUTE_MS, startOfMinute } from "../../../shared/units.ts";

/** A thirtieth of 8,000 tasks, on a thirtieth of what AWS gives a new table and a small region. */
const SHAPE = { taskCount: 267, regionCount: 3, scheduleSeconds: 15 };
const LIMITS = { partitionWrites: 33, tableWrites: 132 };
const BUS_ENTRIES = 13;

function play(seed: number): Promise<Played> {
  const scene = { fleet: fleetOf(SHAPE), tasks: tasksOf(SHAPE), seed, minutes: 8 };
  return playOutage({ ...scene, limits: LIMITS, busEntries: BUS_ENTRIES });
}

function tellsOfOutage({ state }: Arrival): boolean {
  return state === "CRITICAL";
}

for (const seed of [1]) {
  test(`aggregateWindows tells of a mass outage once, in time, and records it (seed ${seed})`, async () => {
    const { outage, arrivals, runs, historyIds, pendingCount } = await play(seed);
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
