import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { readRegions } from "../../../../functions/aggregate/window/read-regions.ts";
import {
  readWindow,
  WINDOW_MS,
  windowFrom,
} from "../../../../functions/aggregate/window/read-window.ts";
import { nominalSlots } from "../../../../shared/slot/slot.ts";
import { aTask } from "../../../fakes/results.ts";
import { FakeChunkStore } from "../../../fakes/stores.ts";
import { brokenAt } from "../../plan/broken.ts";
import { minute, NOON, Rig } from "../rig.ts";

const WINDOW = windowFrom(NOON);

/** What a fleet's regions say of its first window. */
async function read(rig: Rig, different: Parameters<Rig["services"]>[0] = {}) {
  const services = rig.services(different);
  return readWindow(services, await readRegions(services), WINDOW);
}

async function rigWith(...names: readonly string[]): Promise<Rig> {
  const rig = new Rig();
  await rig.plan(names.map((name) => aTask(name)));
  return rig;
}

describe("windowFrom", () => {
  it("is the minute from an instant", () => {
    assert.deepEqual(windowFrom(NOON), { fromMs: NOON, toMs: NOON + 60_000 });
    assert.equal(WINDOW_MS, 60_000);
  });
});

describe("readWindow", () => {
  it("reads every task in every region, and how many chunks each region has", async () => {
    const rig = await rigWith("a", "b");
    await rig.probe();
    const reading = await read(rig);
    assert.deepEqual([...reading.tasks.keys()].sort(), ["a", "b"]);
    for (const { regions } of reading.tasks.values()) {
      assert.deepEqual(Object.keys(regions), ["eu", "us"]);
      assert.ok(Object.values(regions).every(({ checks }) => checks.length === 4));
    }
    assert.deepEqual(
      [...reading.chunkCounts],
      [
        ["eu", 4],
        ["us", 4],
      ],
    );
    assert.deepEqual([[...reading.waiting], reading.waitsUntilMs], [[], null]);
    assert.deepEqual([reading.damagedCount, reading.notUnderstoodCount], [0, 0]);
  });

  it("waits for the region whose last slot may report last", async () => {
    const rig = await rigWith("a");
    await rig.claim("eu", NOON);
    const alone = (await read(rig)).waitsUntilMs ?? 0;
    await rig.claim("us", NOON + 30_000);
    const both = await read(rig);
    assert.deepEqual([...both.waiting], ["eu", "us"]);
    const last = Object.values(both.tasks.get("a")?.regions ?? {}).map(
      ({ waitsUntilMs }) => waitsUntilMs ?? 0,
    );
    assert.equal(both.waitsUntilMs, Math.max(...last));
    assert.ok(alone > 0);
  });

  it("waits for the task of a region whose check may take longest", async () => {
    const rig = new Rig(["eu"]);
    const slow = aTask("slow", { timeoutMs: 30_000 });
    await rig.plan([aTask("a"), slow, aTask("b")]);
    await rig.claim("eu", NOON);
    const [last = 0] = nominalSlots(
      slow,
      { staggerPermille: 0 },
      { fromMs: minute(1) - 15_000, toMs: minute(1) },
    );
    // A slot begins up to 5 s late, its name and connect take 30 s each, and its report 20 s.
    assert.equal((await read(rig)).waitsUntilMs, last + 5_000 + 60_000 + 20_000);
  });

  it("waits only for regions that have claimed slots without a result", async () => {
    const rig = await rigWith("a");
    await rig.probe(["eu"]);
    await rig.claim("us", NOON);
    const reading = await read(rig);
    assert.deepEqual([...reading.waiting], ["us"]);
    assert.deepEqual(
      [...reading.chunkCounts],
      [
        ["eu", 4],
        ["us", 0],
      ],
    );
  });

  it("reads the bundle of a lease that stands still, and expects its slots", async () => {
    const rig = new Rig(["eu"]);
    await rig.plan([aTask("a")]);
    rig.nowMs = minute(-5);
    await rig.probe();
    const found = (await read(rig)).tasks.get("a")?.regions.eu;
    assert.deepEqual([found?.expectedCount, found?.checks, found?.covered], [4, [], false]);
  });

  it("takes the definition of the region whose plan began last", async () => {
    const rig = await rigWith("a");
    rig.nowMs = minute(-1);
    await rig.probe(["eu"]);
    rig.nowMs = NOON;
    await rig.plan([aTask("a", { host: "new:22" })]);
    await rig.probe(["us"]);
    const found = (await read(rig)).tasks.get("a");
    assert.deepEqual([found?.task.host, found?.definedAtMs], ["new:22", NOON]);
    assert.equal(found?.regions.eu?.task.host, "192.0.2.1:22");
  });

  it("takes the first region's definition if two plans began at the same time", async () => {
    const rig = await rigWith("a");
    await rig.probe(["eu"]);
    await rig.plan([aTask("a", { host: "other:22" })]);
    await rig.probe(["us"]);
    assert.equal((await read(rig)).tasks.get("a")?.task.host, "192.0.2.1:22");
  });

  it("counts damaged chunks and those whose bundle is missing", async () => {
    const rig = await rigWith("a");
    await rig.probe();
    const { chunks } = rig.region("us");
    assert.ok(chunks instanceof FakeChunkStore);
    chunks.damageChunk(0, NOON, 0);
    assert.equal((await read(rig)).damagedCount, 1);
    const eu = rig.region("eu");
    const plans = { readManifest: () => eu.plans.readManifest(), readBundle: async () => null };
    const us = { ...rig.region("us"), plans };
    const regions = new Map([
      ["eu", { ...eu, plans }],
      ["us", us],
    ]);
    const reading = await read(rig, { regions });
    assert.equal(reading.damagedCount, 8);
    assert.equal(reading.tasks.size, 0);
  });

  it("goes on without a region whose chunks can't be read", async () => {
    const rig = await rigWith("a");
    await rig.probe();
    const us = rig.region("us");
    const broken = { ...us, chunks: brokenAt(us.chunks, "readChunks") };
    const reading = await read(rig, { regions: new Map(rig.regions).set("us", broken) });
    assert.deepEqual(reading.unreadable, [{ region: "us", reason: "Error" }]);
    assert.deepEqual(Object.keys(reading.tasks.get("a")?.regions ?? {}), ["eu"]);
    assert.deepEqual([...reading.chunkCounts.keys()], ["eu"]);
  });

  it("names a region that could not be read at the run's beginning", async () => {
    const rig = await rigWith("a");
    const regions = new Map([["eu", rig.region("eu")]]);
    assert.deepEqual((await read(rig, { regions })).unreadable, [
      { region: "us", reason: "RangeError" },
    ]);
  });
});
