import assert from "node:assert/strict";
import { test } from "node:test";
import { fleetOf, tasksOf } from "../../../bench/aggregate/make-fleet.ts";
import type { Limits } from "../../../bench/outage/capacity.ts";
import { LambdaProcess } from "../../../bench/outage/lambda.ts";
import { type Arrival, LimitedBus } from "../../../bench/outage/limited-bus.ts";
import { LimitedDatabase } from "../../../bench/outage/limited-database.ts";
import { type Outage, type Played, playOutage } from "../../../bench/outage/play-scene.ts";
import { VirtualTime } from "../../../bench/outage/virtual-time.ts";
import { randomOf } from "../../../bench/random.ts";
import { openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import type { StoredChunk } from "../../../functions/ports/chunk-store.ts";
import { NO_FIGURES, NO_MARKS } from "../../../shared/result/result.ts";
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

/** What a shard with a sample in every 3 ms stores in a quarter of a minute. */
function aFlush(shard: number, part: number): StoredChunk {
  const random = randomOf(100 * shard + part);
  const results = Array.from({ length: 5_000 }, (_, taskIndex) => {
    const slotAtMs = 15_000 * part + 3 * taskIndex;
    const micros = (least: number, most: number) =>
      Math.round(1_000 * (least + (most - least) * random())) / 1_000;
    const connectTimeMs = micros(5, 150);
    return {
      ...{ taskIndex, slotAtMs, startedAtMs: slotAtMs + 1 + Math.floor(40 * random()) },
      ...{ outcome: "open" as const, expect: "open" as const, ...NO_FIGURES, ...NO_MARKS },
      ...{ connectTimeMs, elapsedMs: connectTimeMs + micros(0.1, 1), dnsTimeMs: micros(0.5, 20) },
      ...{ address: "192.0.2.1", timing: "kernel" as const, suspect: false },
    };
  });
  const notes = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };
  return { shard, part, bundle: "b", termFromMs: 0, notes, results };
}

test("a region's results all find room before its next flush, at the model's rate and without any burst", async () => {
  await playUsual(1);
  const time = new VirtualTime(0);
  const restore = time.patchTimers();
  // Two such shards write some 260 units a minute, for which the model provisions 7 a second.
  const results: Limits = { partitionWrites: 7, tableWrites: 7, tableReads: 13 };
  const limits = { alerts: results, summaries: results };
  const now = () => time.now();
  const database = new LimitedDatabase(1, limits, now);
  const bus = new LimitedBus(1, now);
  const client = new LambdaProcess({ time, random: randomOf(1), database, bus }).dynamoDb("eu");
  const { chunks, leases } = openRegionStores({ client, fleet: "f", region: "eu", now });
  const took: number[] = [];
  const timed = async (work: Promise<unknown>) => {
    const fromMs = time.now();
    await work;
    took.push(time.now() - fromMs);
  };
  const play = async () => {
    for (let part = 0; part < 4; part++) {
      const flushes = [0, 1].map((shard) => timed(chunks.putChunk(aFlush(shard, part))));
      await time.sleep(1_000);
      const move = leases.moveLease(part, null, { claimedToMs: 60_000, runs: [] });
      await Promise.all([...flushes, timed(move)]);
      await time.sleep(15_000 * (part + 1) - time.now());
    }
    return chunks.readChunks(0, { fromMs: 0, toMs: 1 });
  };
  try {
    const { chunks: stored } = await time.run(play());
    assert.deepEqual(
      stored.map(({ part, results: own }) => [part, own.length]),
      [0, 1, 2, 3].map((part) => [part, 5_000]),
    );
  } finally {
    restore();
  }
  assert.equal(took.length, 12);
  const { consumed } = database.capacityOf("f-results-eu");
  assert.ok(consumed > 4 * 60, `a flush takes ${consumed / 4} units only`);
  assert.ok(Math.max(...took) > 1_000, "the table throttles nothing");
  assert.ok(Math.max(...took) < 14_000, `a request took ${Math.max(...took)} ms`);
});
