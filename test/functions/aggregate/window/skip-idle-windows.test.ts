import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { skipIdleWindows } from "../../../../functions/aggregate/window/skip-idle-windows.ts";
import type { Interval, Lease } from "../../../../shared/slot/slot.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { aResult, QUIET_NOTES } from "../../../fakes/results.ts";
import { FakeChunkStore } from "../../../fakes/stores.ts";
import { brokenAt } from "../../plan/broken.ts";
import { minute, NOON } from "../rig.ts";
import { aFleetView, aLease, aRegionView, aShardView } from "./views.ts";

function fleetWith(lease: Lease | null, chunks?: FakeChunkStore) {
  return aFleetView(aRegionView("eu", [aShardView({ lease })], chunks));
}

/** A store with one chunk, of a lease term that began then. */
async function storeWith(termFromMs: number): Promise<FakeChunkStore> {
  const chunks = new FakeChunkStore();
  const results = [aResult({ slotAtMs: termFromMs })];
  const place = { shard: 0, part: 0, bundle: "new", termFromMs };
  await chunks.putChunk({ ...place, notes: QUIET_NOTES, results });
  return chunks;
}

describe("skipIdleWindows", () => {
  const AGES: readonly (readonly [ageMs: number, skippedMinutes: number])[] = [
    [10 * MINUTE_MS, 0],
    [11 * MINUTE_MS - 1, 0],
    [11 * MINUTE_MS, 1],
    [12 * MINUTE_MS - 1, 1],
    [5 * HOUR_MS, 290],
  ];
  for (const [ageMs, skipped] of AGES) {
    it(`skips ${skipped} idle windows when the watermark is ${ageMs} ms old`, async () => {
      assert.equal(await skipIdleWindows(fleetWith(null), NOON, NOON + ageMs), minute(skipped));
    });
  }

  it("asks the store, and not a lease that can't be read, which windows are idle", async () => {
    const region = aRegionView("eu", [aShardView({ damage: "odd" })], await storeWith(minute(20)));
    assert.equal(await skipIdleWindows(aFleetView(region), NOON, minute(60)), minute(20));
  });

  const CLAIMS: readonly (readonly [what: string, lease: Lease, skippedMinutes: number])[] = [
    ["a run that ended at the watermark", aLease([minute(-5), NOON]), 50],
    ["a run that ended 1 ms after the watermark", aLease([minute(-5), NOON + 1]), 0],
    ["a run in the third window", aLease([minute(-5), NOON], [minute(2), minute(3)]), 2],
    [
      "a run that begins within the third window",
      aLease([minute(-5), NOON], [minute(3) - 1, minute(4)]),
      2,
    ],
    ["a history that begins at the watermark", aLease([NOON, minute(1)]), 0],
    ["a run that begins now", aLease([minute(-5), NOON], [minute(60), minute(61)]), 50],
  ];
  for (const [what, lease, skipped] of CLAIMS) {
    it(`skips ${skipped} of 50 old windows after ${what}`, async () => {
      // A lease that tells of the whole time is believed: the store is not asked.
      const region = aRegionView("eu", [aShardView({ lease })], {
        readChunks: () => assert.fail("the store is asked"),
      });
      assert.equal(await skipIdleWindows(aFleetView(region), NOON, minute(60)), minute(skipped));
    });
  }

  const CUT = aLease([minute(595), minute(600)]);
  const TERMS: readonly (readonly [termFromMs: number, skippedMinutes: number])[] = [
    [minute(-1) + 1, 0],
    [NOON, 0],
    [minute(1), 1],
    [minute(2) - 1, 1],
    [minute(60), 60],
    [minute(61), 61],
    [minute(589), 589],
  ];
  for (const [termFromMs, skipped] of TERMS) {
    const after = (termFromMs - NOON) / MINUTE_MS;
    it(`skips ${skipped} windows before a chunk of a term after ${after} minutes, if the lease's history is cut`, async () => {
      const fleet = fleetWith(CUT, await storeWith(termFromMs));
      assert.equal(await skipIdleWindows(fleet, NOON, minute(600)), minute(skipped));
    });
  }

  it("skips all old windows if the lease's history is cut and no chunk is stored", async () => {
    assert.equal(await skipIdleWindows(fleetWith(CUT), NOON, minute(600)), minute(590));
  });

  it("reads the first minute and then hours, up to the first window that is not skipped", async () => {
    const asked: Interval[] = [];
    const chunks = new FakeChunkStore();
    const region = aRegionView("eu", [aShardView({ lease: CUT })], {
      readChunks: (shard, termsBegan) => {
        asked.push(termsBegan);
        return chunks.readChunks(shard, termsBegan);
      },
    });
    await skipIdleWindows(aFleetView(region), NOON, minute(110));
    assert.deepEqual(
      asked.map(({ toMs }) => (toMs - NOON) / MINUTE_MS),
      [1, 61, 100],
    );
    for (const [i, { fromMs }] of asked.entries()) {
      const before = i === 0 ? NOON : (asked[i - 1]?.toMs ?? 0);
      assert.equal(fromMs, before - MINUTE_MS + 1, "a term between two reads is left out");
    }
  });

  it("asks no store if the window at the watermark is too young to be skipped", async () => {
    const region = aRegionView("eu", [aShardView({ lease: CUT })], {
      readChunks: () => assert.fail("the store is asked"),
    });
    assert.equal(await skipIdleWindows(aFleetView(region), NOON, minute(10)), NOON);
  });

  it("stops at the earliest chunk of all leases whose history is cut", async () => {
    const stores = [await storeWith(minute(9)), new FakeChunkStore(), await storeWith(minute(7))];
    const shards = [aShardView({ lease: CUT })];
    const fleet = aFleetView(...stores.map((chunks, i) => aRegionView(`r${i}`, shards, chunks)));
    assert.equal(await skipIdleWindows(fleet, NOON, minute(600)), minute(7));
  });

  it("skips nothing if a region whose history is cut can't be read", async () => {
    const fleet = fleetWith(CUT, brokenAt(new FakeChunkStore(), "readChunks"));
    assert.equal(await skipIdleWindows(fleet, NOON, minute(600)), NOON);
  });

  it("stops at the first window that any shard of any region was active in", async () => {
    const lateShard = aShardView({ lease: aLease([minute(-5), NOON], [minute(9), minute(10)]) });
    const earlyShard = aShardView({
      shard: 1,
      lease: aLease([minute(-5), NOON], [minute(4), minute(5)]),
    });
    const fleet = aFleetView(
      aRegionView("eu", [lateShard]),
      aRegionView("us", [lateShard, earlyShard]),
    );
    assert.equal(await skipIdleWindows(fleet, NOON, minute(60)), minute(4));
  });

  it("does not move back a watermark that is in the future", async () => {
    assert.equal(await skipIdleWindows(fleetWith(null), NOON, minute(-60)), NOON);
  });

  it("asks for no more than a month of chunks, be the clock years ahead", async () => {
    let asked = 0;
    const years = 30 * 365 * 24 * HOUR_MS;
    const lease = aLease([NOON + years - MINUTE_MS, NOON + years]);
    const region = aRegionView("eu", [aShardView({ lease })], {
      readChunks: async () => {
        asked++;
        return { chunks: [], damaged: [] };
      },
    });
    const nowMs = NOON + years;
    assert.equal(await skipIdleWindows(aFleetView(region), NOON, nowMs), nowMs - 10 * MINUTE_MS);
    assert.ok(asked > 0 && asked < 800, `${asked} queries`);
  });
});
