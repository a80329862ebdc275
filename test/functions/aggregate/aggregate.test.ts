import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { StoredChunk } from "../../../functions/ports/chunk-store.ts";
import { METRICS } from "../../../shared/contract.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { encodeLaterChunk, type Later } from "../../fakes/later-chunk.ts";
import { aTask } from "../../fakes/results.ts";
import { FakeChunkStore } from "../../fakes/stores.ts";
import { brokenAt } from "../plan/broken.ts";
import { ALL_FINE, hooked, minute, NOON, Rig } from "./rig.ts";

async function rigWith(...names: readonly string[]): Promise<Rig> {
  const rig = new Rig();
  await rig.plan(names.map((name) => aTask(name)));
  await rig.begin();
  return rig;
}

test("aggregateWindows begins with the first whole minute after its first run", async () => {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.run({ now: () => NOON - 15_000 });
  assert.equal((await rig.progress.readProgress())?.watermarkMs, NOON);
  await rig.live(3);
  assert.deepEqual(
    rig.summaries.all.map(({ periodStartMs }) => periodStartMs),
    [minute(0), minute(1)],
  );
});

const FIRST_WATERMARKS: readonly (readonly [afterNoonMs: number, watermarkMs: number])[] = [
  [-1, NOON],
  [0, NOON],
  [1, minute(1)],
  [59_999, minute(1)],
  [60_000, minute(1)],
];

for (const [afterNoonMs, watermarkMs] of FIRST_WATERMARKS) {
  const minutes = (watermarkMs - NOON) / MINUTE_MS;
  test(`aggregateWindows begins at minute ${minutes} when it first runs ${afterNoonMs} ms after minute 0`, async () => {
    const rig = new Rig();
    await rig.run({ now: () => NOON + afterNoonMs });
    assert.equal((await rig.progress.readProgress())?.watermarkMs, watermarkMs);
  });
}

test("aggregateWindows counts every check of a minute, over all regions and for each", async () => {
  const rig = await rigWith("a");
  rig.world = (_task, region) => (region === "us" ? "refused" : 12.5);
  await rig.live(2);
  const summary = rig.summaryOf("a", NOON);
  assert.equal(summary?.rev, 1);
  assert.equal(summary.complete, true);
  assert.deepEqual(summary.missingRegions, []);
  assert.equal(summary.overall.expectedCount, 8);
  assert.equal(summary.overall.failurePercent, 50);
  assert.deepEqual(summary.overall.failuresByKind, { refused: 4 });
  assert.equal(summary.regions.eu?.avgConnectTimeMs, 12.5);
  assert.equal(summary.regions.us?.failedCount, 4);
});

test("aggregateWindows closes no window before its grace is over", async () => {
  const rig = await rigWith("a");
  await rig.probe();
  rig.nowMs = minute(1);
  await rig.probe();
  await rig.run({ now: () => minute(1) + 19_999 });
  assert.equal(rig.summaries.all.length, 0);
  await rig.run({ now: () => minute(1) + 20_000 });
  assert.equal(rig.summaries.all.length, 1);
});

test("aggregateWindows waits for slots that can still report, and at most 90 seconds", async () => {
  const rig = new Rig(["eu"]);
  await rig.plan([aTask("slow", { scheduleMs: 60_000, timeoutMs: 60_000 })]);
  await rig.begin();
  const chunks = await rig.claim("eu", NOON);
  await rig.run({ now: () => minute(1) + 60_000 });
  assert.equal(rig.summaries.all.length, 0, "a timeout of a minute may end after two");
  await rig.run({ now: () => minute(1) + 90_000 });
  assert.equal(rig.summaryOf("slow", NOON)?.overall.missedCount, 1);
  assert.equal(rig.summaryOf("slow", NOON)?.complete, false);
  await rig.store("eu", chunks);
  await rig.run({ now: () => minute(3) });
  assert.equal(rig.summaryOf("slow", NOON)?.overall.missedCount, 0);
  assert.equal(rig.summaryOf("slow", NOON)?.rev, 2);
});

test("aggregateWindows does not wait for a slot that should have reported long ago", async () => {
  const rig = await rigWith("a");
  rig.world = (_task, _region, slotAtMs) => (slotAtMs < NOON + 15_000 ? null : 10);
  await rig.live(2);
  const summary = rig.summaryOf("a", NOON);
  assert.equal(summary?.overall.missedCount, 2);
  assert.equal(summary.complete, false);
});

test("aggregateWindows rewrites with late data as the next revision, and judges nothing again", async () => {
  const rig = await rigWith("a");
  rig.world = () => "refused";
  await rig.probe(["eu"]);
  const late = await rig.claim("us", rig.nowMs);
  rig.nowMs = minute(1);
  rig.world = ALL_FINE;
  await rig.live(2, ["eu"]);
  assert.equal(rig.summaryOf("a", NOON)?.overall.sampleCount, 4);
  assert.deepEqual(rig.summaryOf("a", NOON)?.missingRegions, ["us"]);
  const before = [...rig.bus.published];
  const records = await rig.states.readRecords();
  await rig.store("us", late);
  await rig.run();
  const summary = rig.summaryOf("a", NOON);
  assert.equal(summary?.rev, 2);
  assert.equal(summary.overall.sampleCount, 8);
  assert.deepEqual(summary.missingRegions, []);
  assert.equal(rig.metrics[METRICS.aggregate.lateChunks], late.length);
  const told = rig.bus.published.slice(before.length).map(({ detailType }) => detailType);
  // The trouble is that `us` is missing for a third minute.
  assert.deepEqual(new Set(told), new Set(["Probe Fleet Heartbeat", "Probe Fleet Trouble"]));
  assert.ok(records.records.length > 0);
  assert.deepEqual(await rig.states.readRecords(), records);
});

test("aggregateWindows calls a region that can't be read missing, never down", async () => {
  const rig = await rigWith("a");
  const regions = new Map(rig.regions);
  const us = rig.region("us");
  const broken = {
    ...us,
    leases: brokenAt(us.leases, "readLease"),
    plans: us.plans,
    chunks: us.chunks,
  };
  await rig.probe();
  rig.nowMs = minute(1);
  await rig.run({ regions: new Map(regions).set("us", broken as never) });
  const summary = rig.summaryOf("a", NOON);
  assert.equal(summary?.overall.sampleCount, 4);
  assert.deepEqual(summary.missingRegions, ["us"]);
  assert.equal(summary.complete, false);
  assert.equal(rig.metrics[METRICS.aggregate.regionsMissing], 1);
  assert.deepEqual(rig.events, []);
  rig.nowMs = minute(2);
  await rig.run();
  assert.equal(rig.summaryOf("a", NOON)?.rev, 2);
  assert.equal(rig.summaryOf("a", NOON)?.complete, true);
});

test("aggregateWindows reports a region that stands still as missing, and does not alert on the target", async () => {
  const rig = await rigWith("a");
  await rig.live(2);
  await rig.live(5, ["eu"]);
  assert.deepEqual(rig.summaryOf("a", minute(4))?.missingRegions, ["us"]);
  assert.equal(rig.summaryOf("a", minute(4))?.regions.us?.missedCount, 4);
  assert.deepEqual(rig.events, []);
});

test("aggregateWindows waits when no region can be read", async () => {
  const rig = await rigWith("a");
  await rig.probe();
  rig.nowMs = minute(1);
  const down = [...rig.regions].map(([name, region]) => [
    name,
    {
      ...region,
      chunks: brokenAt(region.chunks, "readChunks"),
      plans: region.plans,
      leases: region.leases,
    },
  ]);
  await rig.run({ regions: new Map(down as never) });
  assert.equal(rig.summaries.all.length, 0);
  assert.equal((await rig.progress.readProgress())?.watermarkMs, NOON);
  await rig.run();
  assert.equal(rig.summaries.all.length, 1);
});

test("aggregateWindows catches up after home was away, window by window in order", async () => {
  const rig = await rigWith("a", "b");
  for (let i = 0; i < 30; i++, rig.nowMs += MINUTE_MS) await rig.probe();
  await rig.run();
  assert.equal(rig.summaries.all.length, 60);
  assert.ok(rig.summaries.all.every(({ complete }) => complete));
  assert.deepEqual(
    rig.announced.map(({ periodStartMs }) => periodStartMs),
    rig.announced.map(({ periodStartMs }) => periodStartMs).toSorted((a, b) => a - b),
  );
  assert.equal(rig.metrics[METRICS.aggregate.windows], 30);
});

test("aggregateWindows begins no window when its time is up, and goes on in the next run", async () => {
  const rig = await rigWith("a");
  for (let i = 0; i < 30; i++, rig.nowMs += MINUTE_MS) await rig.probe();
  let nowMs = rig.nowMs + 25_000;
  const slow = hooked(rig.progress, "beginWindow", () => {
    nowMs += 10_000;
  });
  await rig.run({ progress: slow, now: () => nowMs });
  assert.equal(rig.summaries.all.length, 4);
  await rig.run({ now: () => nowMs + 5_000 });
  assert.equal(rig.summaries.all.length, 30);
});

test("aggregateWindows skips old windows in which no region claimed anything", async () => {
  const rig = await rigWith("a");
  await rig.live(2);
  rig.nowMs += 5 * HOUR_MS;
  await rig.live(3);
  const starts = rig.summaries.all.map(({ periodStartMs }) => (periodStartMs - NOON) / MINUTE_MS);
  const young = Array.from({ length: 12 }, (_, i) => 292 + i);
  assert.deepEqual(starts, [0, 1, ...young]);
});

test("aggregateWindows skips no window with results that are older than the leases' history", async () => {
  const rig = await rigWith("a");
  await rig.probe();
  rig.nowMs += 3 * DAY_MS;
  await rig.live(2);
  assert.equal(rig.summaryOf("a", NOON)?.overall.successfulCount, 8);
});

test("aggregateWindows does nothing while another run holds the lock", async () => {
  const rig = new Rig();
  await rig.lock.acquire("other", NOON, NOON + 55_000);
  await rig.run();
  assert.equal(await rig.progress.readProgress(), null);
  assert.equal(rig.lines.at(-1)?.skipped, "another run holds the lock");
  rig.nowMs += MINUTE_MS;
  await rig.run();
  assert.notEqual(await rig.progress.readProgress(), null);
});

test("aggregateWindows counts lease terms that reach over the edges of a window", async () => {
  const rig = await rigWith("a");
  for (rig.nowMs = NOON - 45_000; rig.nowMs < minute(4); rig.nowMs += MINUTE_MS) await rig.probe();
  await rig.run();
  for (const at of [0, 1, 2]) {
    assert.equal(rig.summaryOf("a", minute(at))?.overall.successfulCount, 8);
    assert.equal(rig.summaryOf("a", minute(at))?.complete, true);
  }
});

test("aggregateWindows counts the checks of a retired shard", async () => {
  const rig = new Rig(["eu"], 2);
  const names = Array.from({ length: 8 }, (_, i) => `task ${i}`);
  await rig.plan(names.map((name) => aTask(name)));
  await rig.begin();
  await rig.probe();
  rig.nowMs = minute(1);
  await rig.probe();
  const fleet = { ...rig.fleet, regions: [{ name: "eu", shards: 1, vpc: false, ipv6: false }] };
  await rig.run({ fleet });
  const counts = names.map((name) => rig.summaryOf(name, NOON)?.overall.successfulCount);
  assert.deepEqual(counts, Array(8).fill(4));
});

test("aggregateWindows reads no summaries while nothing new has come", async () => {
  const rig = await rigWith("a");
  await rig.probe(["eu"]);
  await rig.claim("us", NOON);
  rig.nowMs = minute(1);
  await rig.live(2, ["eu"]);
  let reads = 0;
  const summaries = hooked(rig.summaries, "readSummaries", () => reads++);
  await rig.run({ summaries });
  assert.equal(rig.lines.at(-1)?.openWindows, 1);
  assert.equal(reads, 0);
});

test("aggregateWindows stops to wait for a silent probe's results after an hour", async () => {
  const rig = await rigWith("a");
  await rig.claim("us", NOON);
  await rig.live(60, ["eu"]);
  assert.equal(rig.lines.at(-1)?.openWindows, 1);
  await rig.live(2, ["eu"]);
  assert.equal(rig.lines.at(-1)?.openWindows, 0);
});

test("aggregateWindows revisits every window that it closed while a region could not be read, also after more than an hour", async () => {
  const rig = await rigWith("a");
  for (let i = 0; i < 70; i++, rig.nowMs += MINUTE_MS) {
    await rig.probe();
    await rig.run({ regions: new Map([["eu", rig.region("eu")]]) });
  }
  assert.equal(rig.lines.at(-1)?.openWindows, 69);
  await rig.run();
  const revs = rig.summaries.all.map(({ rev }) => rev);
  assert.deepEqual(revs, [...Array(69).fill(2), 1]);
});

/** As `store` does for a region whose probes are of a later version. */
async function storeAsLater(rig: Rig, region: string, later: Later): Promise<StoredChunk[]> {
  const { chunks: store } = rig.region(region);
  assert.ok(store instanceof FakeChunkStore);
  const chunks = await rig.claim(region, rig.nowMs);
  await rig.store(region, chunks);
  for (const chunk of chunks) {
    store.rewriteChunk(chunk, (stored) => encodeLaterChunk(stored, later));
  }
  return chunks;
}

test("aggregateWindows counts an outcome that it does not know against no target", async () => {
  const rig = await rigWith("a");
  for (rig.nowMs = NOON; rig.nowMs <= minute(1); rig.nowMs += MINUTE_MS) {
    await rig.probe(["us"]);
    await storeAsLater(rig, "eu", { outcomes: new Map([[0, 2_000]]) });
  }
  await rig.run({ now: () => minute(1) + 25_000 });
  const summary = rig.summaryOf("a", NOON);
  assert.equal(summary?.complete, true);
  assert.equal(summary.regions.us?.successfulCount, 4);
  const { uncountedCount, sampleCount, missedCount, avgConnectTimeMs } =
    summary.regions.eu ?? assert.fail();
  assert.deepEqual([uncountedCount, sampleCount, missedCount], [4, 0, 0]);
  assert.equal(avgConnectTimeMs, null);
  assert.equal(rig.lines.at(-1)?.samplesNotUnderstood, 4);
});

test("aggregateWindows logs each sample once that it does not understand, at a window's edge too", async () => {
  const rig = await rigWith(...Array.from({ length: 9 }, (_, i) => `task ${i}`));
  const lastSlots: number[] = [];
  const edges: number[][] = [];
  for (rig.nowMs = NOON - 40_000; rig.nowMs < minute(2); rig.nowMs += MINUTE_MS) {
    await rig.probe(["us"]);
    const chunks = await storeAsLater(rig, "eu", { marks: new Map([[0, 2 ** 30]]) });
    const slots = chunks.map(({ results }) => results.map(({ slotAtMs }) => slotAtMs));
    edges.push(
      ...slots.filter((own) => Math.min(...own) < minute(1) && Math.max(...own) >= minute(1)),
    );
    lastSlots.push(...slots.map((own) => Math.max(...own)));
  }
  rig.nowMs = minute(2);
  await rig.run();
  assert.equal(rig.summaries.all.filter(({ complete }) => complete).length, 2 * 9);
  assert.ok(edges.length > 0, "no chunk reaches over the edge between the windows");
  const closed = lastSlots.filter((slot) => slot >= NOON && slot < minute(2));
  assert.equal(rig.lines.at(-1)?.samplesNotUnderstood, closed.length);
});

test("aggregateWindows logs nothing of newer samples where it understands all", async () => {
  const rig = await rigWith("a");
  await rig.live(2);
  assert.ok(!("samplesNotUnderstood" in (rig.lines.at(-1) ?? {})));
});
