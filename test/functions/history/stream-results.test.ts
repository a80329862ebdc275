import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readResults } from "../../../functions/history/read-results.ts";
import { type StreamQuery, streamResults } from "../../../functions/history/stream-results.ts";
import { encodeBundle } from "../../../shared/plan/plan.ts";
import type { RawMetricTcp } from "../../../shared/result/result.ts";
import { HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { aChunk, aFailure, aResult, aTask } from "../../fakes/results.ts";

const NOW_MS = Date.UTC(2026, 0, 10, 12, 30);
const NAMES = ["a", "b", "c"];
const REGIONS = ["eu-west-1", "us-east-1"];
const ALL: StreamQuery = { fromMs: NOW_MS - 3 * HOUR_MS, toMs: NOW_MS, taskNames: null };

/** Three tasks in two regions over three hours, at the beginning, within and at the end of terms. */
async function startFleet(): Promise<FakeFleet> {
  const fleet = new FakeFleet(REGIONS, NOW_MS);
  await fleet.plan(NAMES.map((name) => aTask(name)));
  for (const region of REGIONS) {
    for (let minute = 1; minute <= 182; minute += 9) {
      const termMs = NOW_MS - minute * MINUTE_MS - 20_000;
      const slots = NAMES.map((task, i) => ({
        task,
        ...aResult({ slotAtMs: termMs + i * 29_999 }),
      }));
      const recheckAtMs = termMs + 118_999;
      const recheck = { task: "b", ...aFailure({ slotAtMs: recheckAtMs, recheck: true }) };
      await fleet.check(region, termMs, [...slots, recheck]);
      // The slot again, by an invocation that came twice.
      await fleet.check(region, termMs, [{ task: "a", ...aFailure({ slotAtMs: termMs }) }]);
    }
  }
  return fleet;
}

async function collect(fleet: FakeFleet, query: StreamQuery) {
  const rows: RawMetricTcp[] = [];
  const told = { damaged: [] as unknown[], unread: [] as unknown[], stepCount: 0 };
  for await (const step of streamResults(fleet, query)) {
    rows.push(...step.rows);
    for (const { scheduled_at } of step.rows) {
      const atMs = Date.parse(scheduled_at);
      assert.ok(atMs >= step.fromMs && atMs < step.toMs, "a row is in another step");
    }
    told.damaged.push(...step.damaged);
    told.unread.push(...step.unread);
    told.stepCount += 1;
  }
  return { rows, ...told };
}

async function readOneByOne(fleet: FakeFleet, { fromMs, toMs, taskNames }: StreamQuery) {
  const names = NAMES.filter((name) => taskNames?.has(name) ?? true);
  const pages = names.map((taskName) =>
    readResults(fleet, { taskName, region: null, sinceMs: fromMs, untilMs: toMs, limit: 1e6 }),
  );
  return (await Promise.all(pages)).flatMap(({ rows }) => rows);
}

const byId = (a: RawMetricTcp, b: RawMetricTcp) => (a.id < b.id ? -1 : 1);

test("streamResults gives each result once, in order, as readResults gives them task by task", async () => {
  const fleet = await startFleet();
  const queries: StreamQuery[] = [
    ALL,
    { ...ALL, taskNames: new Set(["b"]) },
    { ...ALL, fromMs: NOW_MS - 40 * MINUTE_MS - 20_000, toMs: NOW_MS - 10 * MINUTE_MS - 20_000 },
    { ...ALL, toMs: NOW_MS - 10 * MINUTE_MS - 20_000 + 1 },
  ];
  for (const query of queries) {
    const { rows, stepCount } = await collect(fleet, query);
    assert.ok(rows.length > 10 && stepCount > 1);
    assert.deepEqual(rows.toSorted(byId), (await readOneByOne(fleet, query)).toSorted(byId));
    const slots = rows.map(({ scheduled_at }) => scheduled_at);
    assert.deepEqual(slots, slots.toSorted());
  }
});

test("streamResults reads each region once for all tasks", async () => {
  const fleet = await startFleet();
  let queryCount = 0;
  let readToMs = 0;
  for (const { chunks } of fleet.regions.slice(0, 1)) {
    const { readChunks } = chunks;
    chunks.readChunks = (shard, span) => {
      queryCount += 1;
      assert.ok(span.fromMs >= readToMs, "a time is read twice");
      readToMs = span.toMs;
      return readChunks.call(chunks, shard, span);
    };
  }
  const { stepCount } = await collect(fleet, ALL);
  assert.equal(queryCount, stepCount);
  assert.ok(stepCount < 10);
});

test("streamResults tells a lost region and damage once, and goes on with all else", async () => {
  const fleet = await startFleet();
  const [eu] = fleet.regions;
  const termMs = NOW_MS - 90 * MINUTE_MS;
  const { hash } = encodeBundle({ tasks: [aTask("unknown")] });
  for (const part of [7_000, 7_001]) {
    const results = [aResult({ slotAtMs: termMs + part })];
    await eu?.chunks.putChunk({
      ...aChunk({ bundle: hash, termFromMs: termMs, results }),
      shard: 0,
      part,
    });
  }
  eu?.chunks.damageChunk(0, termMs, 7_001);
  fleet.lose("us-east-1", new Error("no route"));
  const { rows, damaged, unread } = await collect(fleet, ALL);
  assert.deepEqual(unread, [{ region: "us-east-1", cause: new Error("no route") }]);
  assert.equal(damaged.length, 2);
  assert.deepEqual(new Set(rows.map(({ region }) => region)), new Set(["eu-west-1"]));
  assert.equal(rows.length, (await readOneByOne(fleet, ALL)).length);
});
