import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readResults } from "../../../functions/history/read-results.ts";
import type { ResultSource, TaskQuery } from "../../../functions/history/sources.ts";
import { encodeBundle, shardOf } from "../../../shared/plan/plan.ts";
import { LEASE_TERM_MS } from "../../../shared/slot/slot.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, toIso } from "../../../shared/units.ts";
import { encodeLaterChunk } from "../../fakes/later-chunk.ts";
import { aChunk, aFailure, aResult, aTask } from "../../fakes/results.ts";
import { FakeChunkStore, FakeLeaseStore, FakePlanStore } from "../../fakes/stores.ts";

const NOW_MS = Date.UTC(2026, 0, 10, 12, 30);
const OLD = { tasks: [aTask("a"), aTask("ssh", { host: "old.example.com:22" })] };
const NEW = { tasks: [aTask("ssh", { host: "new.example.com:22" })] };
const OLD_HASH = encodeBundle(OLD).hash;
const NEW_HASH = encodeBundle(NEW).hash;

const EVER: TaskQuery = {
  taskName: "ssh",
  region: null,
  limit: 100,
  sinceMs: NOW_MS - 9 * DAY_MS,
  untilMs: NOW_MS,
};

class Region implements ResultSource {
  readonly region: string;
  readonly shards: number;
  readonly plans = new FakePlanStore(() => NOW_MS);
  readonly leases = new FakeLeaseStore();
  readonly chunks = new FakeChunkStore();
  readonly spansRead: string[] = [];

  constructor(region = "eu-west-1", shards = 1) {
    this.region = region;
    this.shards = shards;
    const { readChunks } = this.chunks;
    this.chunks.readChunks = (shard, span) => {
      this.spansRead.push(`${shard} ${toIso(span.fromMs).slice(8, 16)}`);
      return readChunks.call(this.chunks, shard, span);
    };
  }

  async plan(): Promise<this> {
    await this.plans.writeBundle(OLD_HASH, OLD, NOW_MS + DAY_MS);
    await this.plans.writeBundle(NEW_HASH, NEW, NOW_MS + DAY_MS);
    return this;
  }

  /** Runs a term with one check, at its start plus `slotMs`. */
  async runTerm(minutesAgo: number, { shard = 0, bundle = NEW_HASH, slotMs = 5 } = {}) {
    const termFromMs = NOW_MS - minutesAgo * MINUTE_MS;
    const taskIndex = bundle === OLD_HASH ? 1 : 0;
    const other = aFailure({ taskIndex: 1 - taskIndex, slotAtMs: termFromMs });
    const results = [aResult({ taskIndex, slotAtMs: termFromMs + slotMs }), other];
    const chunk = aChunk({ bundle, termFromMs, results });
    await this.chunks.putChunk({ ...chunk, shard, part: 0 });
  }
}

async function minutesAgo(sources: readonly Region[], query: TaskQuery): Promise<number[]> {
  const { rows } = await readResults({ regions: sources }, query);
  return rows.map((row) => Math.ceil((NOW_MS - Date.parse(row.scheduled_at)) / MINUTE_MS));
}

test("readResults gives the newest of all regions first, by region if the slot is the same", async () => {
  const regions = [await new Region("b").plan(), await new Region("a").plan()];
  for (const region of regions) for (const minute of [3, 1, 2]) await region.runTerm(minute);
  const { rows } = await readResults({ regions: regions }, { ...EVER, limit: 5 });
  assert.deepEqual(
    rows.map((row) => [row.region, row.scheduled_at.slice(11, 16)]),
    [
      ["a", "12:29"],
      ["b", "12:29"],
      ["a", "12:28"],
      ["b", "12:28"],
      ["a", "12:27"],
    ],
  );
});

test("readResults reads no older hour than it needs", async () => {
  const region = await new Region().plan();
  for (const minute of [1, 2, 31, 32, 120]) await region.runTerm(minute);
  assert.deepEqual(await minutesAgo([region], { ...EVER, limit: 2 }), [1, 2]);
  assert.deepEqual(region.spansRead, ["0 10T12:00"]);
});

test("readResults goes back hour by hour until it has enough", async () => {
  const region = await new Region().plan();
  for (const minute of [1, 200, 201, 900]) await region.runTerm(minute);
  assert.deepEqual(await minutesAgo([region], { ...EVER, limit: 3 }), [1, 200, 201]);
  assert.deepEqual(region.spansRead, ["0 10T12:00", "0 10T11:00", "0 10T10:00", "0 10T09:00"]);
});

test("readResults ends where results are no longer kept", async () => {
  const region = await new Region().plan();
  await region.runTerm(30);
  await region.runTerm(150);
  const sinceMs = NOW_MS - 2 * HOUR_MS;
  assert.deepEqual(await minutesAgo([region], { ...EVER, sinceMs }), [30]);
  assert.deepEqual(region.spansRead, ["0 10T12:00", "0 10T11:00", "0 10T10:28"]);
});

test("readResults takes slots from since up to until, whenever their term began", async () => {
  const region = await new Region().plan();
  const slotMs = LEASE_TERM_MS - 1;
  for (const minute of [1, 2, 3, 4]) await region.runTerm(minute, { slotMs });
  const slotOf = (minute: number) => NOW_MS - minute * MINUTE_MS + slotMs;
  const table: [number, number, number][] = [
    [slotOf(4), slotOf(1), 3],
    [slotOf(4) + 1, slotOf(1) + 1, 3],
    [slotOf(3), slotOf(3) + 1, 1],
    [slotOf(3) + 1, slotOf(2), 0],
  ];
  for (const [sinceMs, untilMs, count] of table) {
    const { rows } = await readResults({ regions: [region] }, { ...EVER, sinceMs, untilMs });
    assert.equal(rows.length, count, `${sinceMs} ${untilMs}`);
  }
});

test("readResults misses no newer slot of a term that began in the hour before", async () => {
  const region = await new Region("eu-west-1", 2).plan();
  await region.runTerm(30, { shard: 0, slotMs: 1 });
  await region.runTerm(30.5, { shard: 1, slotMs: 50_000 });
  const { rows } = await readResults({ regions: [region] }, { ...EVER, limit: 1 });
  assert.deepEqual(
    rows.map((row) => row.scheduled_at.slice(11, 19)),
    ["12:00:20"],
  );
});

test("readResults names the task by the bundle that each chunk ran", async () => {
  const region = await new Region().plan();
  await region.runTerm(1, { bundle: NEW_HASH });
  await region.runTerm(2, { bundle: OLD_HASH });
  const { rows } = await readResults({ regions: [region] }, EVER);
  assert.deepEqual(
    rows.map((row) => row.host),
    ["new.example.com:22", "old.example.com:22"],
  );
});

test("readResults finds what other shards ran before a reshard, also ones that are gone", async () => {
  const region = await new Region("eu-west-1", 2).plan();
  const home = shardOf("ssh", 2);
  for (const shard of [0, 1, 2]) {
    const claimedToMs = NOW_MS;
    const run = { fromMs: NOW_MS - MINUTE_MS, toMs: NOW_MS, bundle: "x", staggerPermille: 0 };
    await region.leases.moveLease(shard, null, { claimedToMs, runs: [run] });
  }
  await region.runTerm(1, { shard: home });
  await region.runTerm(70, { shard: 1 - home });
  await region.runTerm(140, { shard: 2 });
  assert.deepEqual(await minutesAgo([region], EVER), [1, 70, 140]);
  region.spansRead.length = 0;
  assert.deepEqual(await minutesAgo([region], { ...EVER, limit: 1 }), [1]);
  assert.deepEqual(region.spansRead, [`${home} 10T12:00`]);
});

test("readResults counts a slot that was stored twice once, as it was stored first", async () => {
  const region = await new Region().plan();
  await region.runTerm(1);
  const termFromMs = NOW_MS - MINUTE_MS;
  const again = aResult({ slotAtMs: termFromMs + 5, connectTimeMs: 99 });
  const chunk = aChunk({ bundle: NEW_HASH, termFromMs, results: [again] });
  await region.chunks.putChunk({ ...chunk, shard: 0, part: 1 });
  const { rows } = await readResults({ regions: [region] }, EVER);
  assert.deepEqual(
    rows.map((row) => row.connect_time_ms),
    [12.345],
  );
});

test("readResults gives a recheck beside the slot of the same instant", async () => {
  const region = await new Region().plan();
  await region.runTerm(1);
  const termFromMs = NOW_MS - MINUTE_MS;
  const results = [5, 3_000].map((ms) => aFailure({ slotAtMs: termFromMs + ms, recheck: true }));
  const chunk = aChunk({ bundle: NEW_HASH, termFromMs, results });
  await region.chunks.putChunk({ ...chunk, shard: 0, part: 1 });
  const { rows } = await readResults({ regions: [region] }, EVER);
  assert.deepEqual(
    rows.map((row) => [Date.parse(row.scheduled_at) - termFromMs, row.recheck]),
    [
      [3_000, true],
      [5, false],
      [5, true],
    ],
  );
});

test("readResults finds rechecks that came after the end of their term", async () => {
  const region = await new Region().plan();
  const termFromMs = NOW_MS - 5 * MINUTE_MS;
  const results = [59_000, 118_000].map((ms) =>
    aFailure({ slotAtMs: termFromMs + ms, recheck: true }),
  );
  const chunk = aChunk({ bundle: NEW_HASH, termFromMs, results });
  await region.chunks.putChunk({ ...chunk, shard: 0, part: 0 });
  const query = { ...EVER, sinceMs: termFromMs + 118_000 };
  assert.equal((await readResults({ regions: [region] }, query)).rows.length, 1);
});

test("readResults reports damaged chunks and lost bundles, and reads the rest", async () => {
  const region = await new Region().plan();
  await region.runTerm(1);
  await region.runTerm(2);
  await region.runTerm(3, { bundle: "00000000deadbeef" });
  await region.runTerm(4, { bundle: "00000000deadbeef" });
  region.chunks.damageChunk(0, NOW_MS - 2 * MINUTE_MS, 0);
  const { rows, damaged } = await readResults({ regions: [region] }, EVER);
  assert.equal(rows.length, 1);
  assert.deepEqual(damaged, [
    {
      region: "eu-west-1",
      key: "0#2026-01-10T12 28:00#0",
      reason: "Chunk is damaged: its checksum differs",
    },
    { region: "eu-west-1", key: "bundle#00000000deadbeef", reason: "Bundle is no longer stored" },
  ]);
});

test("readResults shows what a newer version wrote as far as it is known, and counts the rest", async () => {
  const [eu, us] = [await new Region("eu").plan(), await new Region("us").plan()];
  for (const region of [eu, us]) for (const minute of [1, 2]) await region.runTerm(minute);
  const news = [{ outcomes: new Map([[0, 2_000]]) }, { marks: new Map([[1, 2 ** 30]]) }];
  for (const [i, later] of news.entries()) {
    const termFromMs = NOW_MS - (i + 1) * MINUTE_MS;
    eu.chunks.rewriteChunk({ shard: 0, termFromMs, part: 0 }, (chunk) =>
      encodeLaterChunk(chunk, later),
    );
  }
  const { rows, damaged, notUnderstood } = await readResults({ regions: [eu, us] }, EVER);
  assert.deepEqual(
    rows.map((row) => [row.region, row.error_kind, row.connect_time_ms]),
    [
      ["eu", "internal", null],
      ["us", null, 12.345],
      ["eu", null, 12.345],
      ["us", null, 12.345],
    ],
  );
  assert.deepEqual(damaged, []);
  assert.deepEqual(notUnderstood, [{ region: "eu", sampleCount: 2 }]);
});

test("readResults has no rows for a task that no region ran", async () => {
  const region = await new Region().plan();
  await region.runTerm(1);
  const sinceMs = NOW_MS - HOUR_MS;
  const page = await readResults({ regions: [region] }, { ...EVER, taskName: "other", sinceMs });
  assert.deepEqual(page, { unread: [], rows: [], damaged: [], notUnderstood: [] });
});

test("readResults gives the rows of the other regions and names one that can't be asked", async () => {
  const regions = [await new Region("a").plan(), await new Region("b").plan()] as const;
  for (const region of regions) await region.runTerm(1);
  const cause = new Error("no route");
  regions[0].leases.readLease = () => Promise.reject(cause);
  const { rows, unread } = await readResults({ regions }, EVER);
  assert.deepEqual(
    rows.map(({ region }) => region),
    ["b"],
  );
  assert.deepEqual(unread, [{ region: "a", cause }]);
});

test("readResults throws when no region can be asked", async () => {
  const region = await new Region().plan();
  await region.runTerm(1);
  region.plans.readBundle = () => Promise.reject(new Error("no route"));
  await assert.rejects(readResults({ regions: [region] }, EVER), { message: "no route" });
});

test("readResults reads one region only if it is named", async () => {
  const regions = [await new Region("b").plan(), await new Region("a").plan()];
  for (const region of regions) await region.runTerm(1);
  const { rows } = await readResults({ regions }, { ...EVER, region: "a" });
  assert.deepEqual(
    rows.map(({ region }) => region),
    ["a"],
  );
  assert.deepEqual(regions[0]?.spansRead, []);
});
