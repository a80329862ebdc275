import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { readMemory } from "../../../functions/aggregate/judge/judge.ts";
import {
  openRegions,
  putOpenWindow,
  type Revisit,
  revisitWindows,
} from "../../../functions/aggregate/revisit-windows.ts";
import type { AggregateServices } from "../../../functions/aggregate/services/services.ts";
import { readRegions, readWindow, windowFrom } from "../../../functions/aggregate/window/window.ts";
import type { OpenWindow } from "../../../functions/ports/progress-store.ts";
import { HOUR_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { minute, NOON, Rig } from "./rig.ts";

function openAt(...minutes: readonly number[]): OpenWindow[] {
  return minutes.map((at) => ({ startMs: minute(at), regions: { eu: 1 } }));
}

function openFor(at: number, regions: OpenWindow["regions"]): OpenWindow {
  return { startMs: minute(at), regions };
}

const EU = { shards: 1, vpc: false, ipv6: false } as const;
const FLEET = { regions: [{ name: "eu", ...EU }] } as const;

function startsOf(windows: readonly OpenWindow[]): number[] {
  return windows.map(({ startMs }) => (startMs - NOON) / 60_000);
}

describe("putOpenWindow", () => {
  it("puts a window at its place in time", () => {
    const windows = putOpenWindow(openAt(1, 5), openFor(3, { us: null }), FLEET);
    assert.deepEqual(startsOf(windows), [1, 3, 5]);
    assert.deepEqual(windows[1]?.regions, { us: null });
  });

  it("replaces a window that is open already", () => {
    const windows = putOpenWindow(openAt(1, 3), openFor(1, { us: 7 }), FLEET);
    assert.deepEqual(startsOf(windows), [1, 3]);
    assert.deepEqual(windows[0]?.regions, { us: 7 });
  });

  it("removes a window that waits for no region", () => {
    assert.deepEqual(startsOf(putOpenWindow(openAt(1, 3), openFor(1, {}), FLEET)), [3]);
    assert.deepEqual(startsOf(putOpenWindow(openAt(1), openFor(9, {}), FLEET)), [1]);
  });

  const agents = { regions: [{ name: "office", agent: true, ...EU }] } as const;
  for (const [fleet, most] of [
    [FLEET, 60],
    [agents, 90],
  ] as const) {
    it(`keeps ${most} windows and drops the oldest, with ${fleet.regions[0].name}`, () => {
      const put = (windows: readonly OpenWindow[], at: number) =>
        putOpenWindow(windows, openFor(at, { eu: 1 }), fleet);
      const full = put(openAt(...Array.from({ length: most - 1 }, (_, i) => i)), most - 1);
      assert.deepEqual([full.length, startsOf(full)[0]], [most, 0]);
      const bounded = put(full, most);
      assert.deepEqual([bounded.length, startsOf(bounded)[0]], [most, 1]);
      assert.deepEqual(startsOf(put(full, -1)), startsOf(full));
    });
  }
});

/** A fleet in which one region has claimed the first window and reported nothing of it yet. */
async function rigWithSilentUs() {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.probe(["eu"]);
  const late = await rig.claim("us", NOON);
  return { rig, late };
}

async function revisitAt(
  services: AggregateServices,
  run: Parameters<typeof revisitWindows>[2],
): Promise<Revisit> {
  return revisitWindows(services, await readMemory(services), run);
}

/** Revisits a window of `rig` that waits for these regions. */
async function revisit(rig: Rig, regions: OpenWindow["regions"], nowMs = minute(5)) {
  const windows = [{ startMs: NOON, regions }];
  const progress = { watermarkMs: minute(4), openWindows: windows };
  const services = rig.services({ now: () => nowMs });
  const fleet = await readRegions(services);
  return revisitAt(services, { fleet, windows, progress, untilMs: nowMs + 1 });
}

describe("openRegions", () => {
  it("has regions with claimed slots by their chunks, and null for those that can't be read", async () => {
    const { rig } = await rigWithSilentUs();
    const services = rig.services();
    const fleet = { ...(await readRegions(services)), unreadable: [{ region: "ap", reason: "E" }] };
    const reading = await readWindow(services, fleet, windowFrom(NOON));
    assert.deepEqual(openRegions(reading, services.fleet), { ap: null, us: 0 });
  });

  it("counts the chunks that a region has reported although more may come", async () => {
    const { rig, late } = await rigWithSilentUs();
    await rig.store("us", late.slice(0, 2));
    const services = rig.services();
    const reading = await readWindow(services, await readRegions(services), windowFrom(NOON));
    assert.deepEqual(openRegions(reading, services.fleet), { us: 2 });
  });
});

describe("revisitWindows", () => {
  it("adds up the late chunks of several regions and windows", async () => {
    const rig = new Rig();
    await rig.plan([aTask("a")]);
    await rig.begin();
    for (; rig.nowMs < minute(2); rig.nowMs += 60_000) await rig.probe();
    const windows = [NOON, minute(1)].map((startMs) => ({ startMs, regions: { eu: 1, us: 2 } }));
    const progress = { watermarkMs: minute(4), openWindows: windows };
    const services = rig.services({ now: () => minute(5) });
    const fleet = await readRegions(services);
    const found = await revisitAt(services, { fleet, windows, progress, untilMs: minute(6) });
    assert.equal(found.lateChunkCount, 2 * (3 + 2), "each region has four chunks in each window");
  });

  it("rewrites the summaries when chunks have come, and counts these as late", async () => {
    const { rig, late } = await rigWithSilentUs();
    await rig.store("us", late);
    const { progress, lateChunkCount } = await revisit(rig, { us: 0 });
    assert.equal(lateChunkCount, late.length);
    assert.deepEqual(progress.openWindows, []);
    assert.equal(rig.summaryOf("a", NOON)?.overall.successfulCount, 8);
    assert.deepEqual((await rig.progress.readProgress())?.openWindows, []);
  });

  it("counts only what is new of a region that had reported in part", async () => {
    const { rig, late } = await rigWithSilentUs();
    assert.ok(late.length > 1);
    await rig.store("us", late);
    assert.equal((await revisit(rig, { us: late.length - 1 })).lateChunkCount, 1);
  });

  it("counts no chunk as late of a region that could not be read before", async () => {
    const { rig, late } = await rigWithSilentUs();
    await rig.store("us", late);
    const { progress, lateChunkCount } = await revisit(rig, { us: null });
    assert.deepEqual([progress.openWindows, lateChunkCount], [[], 0]);
    assert.equal(rig.summaryOf("a", NOON)?.overall.successfulCount, 8);
  });

  it("waits on, and writes no progress, while nothing new has come", async () => {
    const { rig } = await rigWithSilentUs();
    const before = await rig.progress.readProgress();
    const { progress, lateChunkCount } = await revisit(rig, { us: 0 });
    assert.deepEqual(progress.openWindows, [{ startMs: NOON, regions: { us: 0 } }]);
    assert.equal(lateChunkCount, 0);
    assert.deepEqual(await rig.progress.readProgress(), before);
    assert.deepEqual(rig.summaries.all.length, 0);
  });

  const LIMITS: readonly (readonly [afterEndMs: number, waitsForSilent: boolean])[] = [
    [HOUR_MS - 1, true],
    [HOUR_MS, false],
  ];
  for (const [afterEndMs, waitsForSilent] of LIMITS) {
    it(`${waitsForSilent ? "waits" : "no longer waits"} for a silent probe ${afterEndMs} ms after the end`, async () => {
      const { rig } = await rigWithSilentUs();
      const nowMs = minute(1) + afterEndMs;
      const { progress } = await revisit(rig, { us: 0 }, nowMs);
      assert.equal(progress.openWindows.length, waitsForSilent ? 1 : 0);
    });
  }

  it("waits without a limit for a region that can't be read", async () => {
    const { rig } = await rigWithSilentUs();
    const services = rig.services({ now: () => minute(600) });
    const fleet = { regions: [], unreadable: [{ region: "us", reason: "Error" }] };
    const windows = [{ startMs: NOON, regions: { eu: 0, us: null } }];
    const progress = { watermarkMs: minute(599), openWindows: windows };
    const found = await revisitAt(services, {
      fleet,
      windows,
      progress,
      untilMs: minute(601),
    });
    assert.deepEqual(found.progress.openWindows, [{ startMs: NOON, regions: { us: null } }]);
  });

  it("no longer waits for a region that has left the fleet", async () => {
    const { rig } = await rigWithSilentUs();
    const { progress } = await revisit(rig, { moon: null });
    assert.deepEqual(progress.openWindows, []);
  });

  it("revisits nothing at or after its time", async () => {
    const { rig, late } = await rigWithSilentUs();
    await rig.store("us", late);
    const windows = [{ startMs: NOON, regions: { us: 0 } }];
    const progress = { watermarkMs: minute(4), openWindows: windows };
    const services = rig.services({ now: () => minute(5) });
    const fleet = await readRegions(services);
    const run = { fleet, windows, progress, untilMs: minute(5) };
    assert.deepEqual(await revisitAt(services, run), { progress, lateChunkCount: 0 });
  });

  it("revisits the newest window first", async () => {
    const { rig } = await rigWithSilentUs();
    const seen: number[] = [];
    const windows = openAt(0, 1, 2);
    const progress = { watermarkMs: minute(4), openWindows: windows };
    const services = rig.services({ now: () => minute(5) });
    const { chunks } = rig.region("eu");
    const [eu] = (await readRegions(services)).regions;
    assert.ok(eu);
    const readChunks: typeof chunks.readChunks = (shard, termsBegan) => {
      seen.push((termsBegan.toMs - NOON) / 60_000 - 1);
      return chunks.readChunks(shard, termsBegan);
    };
    const region = { ...eu, stores: { ...eu.stores, chunks: { readChunks } } };
    const shards = region.shards.map((shard) => ({
      ...shard,
      lease: shard.lease && {
        ...shard.lease,
        runs: shard.lease.runs.map((run) => ({ ...run, toMs: minute(9) })),
      },
    }));
    const fleet = { regions: [{ ...region, shards }], unreadable: [] };
    await revisitAt(services, { fleet, windows, progress, untilMs: minute(6) });
    assert.deepEqual([...new Set(seen)], [2, 1, 0]);
  });
});

/** Eighty minutes of a fleet with an agent, which is without AWS from one minute to another. */
async function liveWithAgent(cut: { readonly from: number; readonly to: number }) {
  const rig = new Rig(["eu", "us", "office"]);
  const regions = rig.fleet.regions.map((region) =>
    region.name === "office" ? ({ ...region, agent: true } as const) : region,
  );
  const isDown = (at: number) =>
    [20, 21, 22, 50, 51, 75].includes(Math.floor((at - NOON) / 60_000));
  rig.world = (_task, _region, slotAtMs) => (isDown(slotAtMs) ? "refused" : 10);
  await rig.plan([aTask("a")]);
  await rig.begin();
  for (let at = 0; at < 80; at++) {
    rig.nowMs = minute(at);
    const isCut = at >= cut.from && at < cut.to;
    const late = at === cut.to ? cut.to - cut.from : 0;
    for (let i = at - late; i < at; i++)
      await rig.store("office", await rig.claim("office", minute(i)));
    await rig.probe(isCut ? ["eu", "us"] : ["eu", "us", "office"]);
    await rig.run({ fleet: { ...rig.fleet, regions } });
  }
  const told = rig.bus.published.filter(({ detail }) => "task_name" in detail);
  return { rig, ids: told.map(({ id }) => id) };
}

describe("an agent that loses AWS for an hour", () => {
  it("changes no incident and no event id, and its results are in the summaries afterwards, each once", async () => {
    const calm = await liveWithAgent({ from: 0, to: 0 });
    const cut = await liveWithAgent({ from: 10, to: 70 });
    assert.ok(calm.ids.length >= 6);
    assert.deepEqual(cut.ids, calm.ids);
    for (let at = 0; at < 78; at++) {
      const [was, is] = [calm, cut].map(({ rig }) => rig.summaryOf("a", minute(at)));
      assert.equal(was?.regions.office?.missedCount, 0);
      assert.deepEqual(is?.regions.office, was?.regions.office, `minute ${at}`);
      assert.deepEqual(is?.overall, was?.overall, `minute ${at}`);
    }
  });
});
