import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  plannedRegions,
  readRegions,
  unreadable,
} from "../../../../functions/aggregate/window/read-regions.ts";
import { draftPlan } from "../../../../shared/plan/plan.ts";
import { DAY_MS } from "../../../../shared/units.ts";
import { aTask } from "../../../fakes/results.ts";
import { brokenAt } from "../../plan/broken.ts";
import { minute, NOON, Rig } from "../rig.ts";
import { aFleetView, aLease, aRegionView, aShardView, planOf } from "./views.ts";

const NAMES = Array.from({ length: 8 }, (_, i) => `task ${i}`);
const TASKS = NAMES.map((name) => aTask(name));

/** Counts how much work is under way at most. */
class Load {
  peak = 0;
  #now = 0;

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#now++;
    this.peak = Math.max(this.peak, this.#now);
    await setImmediate();
    const result = await work();
    this.#now--;
    return result;
  }
}

async function livingRig(shards: number): Promise<Rig> {
  const rig = new Rig(["eu", "us"], shards);
  await rig.plan(TASKS);
  await rig.probe();
  return rig;
}

describe("readRegions", () => {
  it("reads every shard's lease and the names of its planned tasks", async () => {
    const rig = await livingRig(2);
    const { regions, unreadable: failed } = await readRegions(rig.services());
    assert.deepEqual(failed, []);
    assert.deepEqual(
      regions.map(({ name, shards }) => [name, shards.map(({ shard }) => shard)]),
      [
        ["eu", [0, 1]],
        ["us", [0, 1]],
      ],
    );
    for (const { shards } of regions) {
      assert.ok(shards.every(({ lease }) => lease?.claimedToMs === minute(1)));
      const planned = shards.flatMap((shard) => [...(shard.planned?.keys() ?? [])]);
      assert.deepEqual(planned.sort(), NAMES);
    }
  });

  it("reads retired shards too, as shards without a planned task", async () => {
    const rig = await livingRig(3);
    const regions = rig.fleet.regions.map((region) => ({ ...region, shards: 1 }));
    const fleet = { ...rig.fleet, regions };
    for (const { manifest, bundles } of draftPlan(fleet, TASKS, rig.nowMs)) {
      const { plans } = rig.region(manifest.region);
      for (const [hash, bundle] of bundles)
        await plans.writeBundle(hash, bundle, NOON + 40 * DAY_MS);
      await plans.writeManifest(manifest);
    }
    const read = await readRegions(rig.services({ fleet }));
    assert.equal(read.regions.length, 2);
    for (const { shards } of read.regions) {
      assert.deepEqual(
        shards.map(({ shard, lease, planned }) => [shard, lease !== null, planned?.size]),
        [
          [0, true, NAMES.length],
          [1, true, 0],
          [2, true, 0],
        ],
      );
    }
  });

  it("gives every shard its own lease, retired or not", async () => {
    const rig = new Rig(["eu"]);
    const { leases } = rig.region("eu");
    for (const shard of [0, 1, 2, 3, 5]) {
      await leases.moveLease(shard, null, aLease([NOON, minute(1 + shard)]));
    }
    rig.nowMs = minute(3);
    const fleet = { ...rig.fleet, regions: rig.fleet.regions.map((r) => ({ ...r, shards: 2 })) };
    const [eu] = (await readRegions(rig.services({ fleet }))).regions;
    // Shard 4 has no lease, so shard 5 is not looked for.
    assert.deepEqual(
      eu?.shards.map(({ shard, lease }) => [shard, lease?.claimedToMs]),
      [
        [0, minute(1)],
        [1, minute(2)],
        [2, minute(3)],
        [3, minute(4)],
      ],
    );
  });

  it("reads 32 regions at a time", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `r${i}`);
    const rig = new Rig(names);
    const load = new Load();
    const regions = new Map(
      names.map((name) => {
        const region = rig.region(name);
        const plans = {
          readManifest: () => load.during(() => region.plans.readManifest()),
          readBundle: (hash: string) => region.plans.readBundle(hash),
        };
        return [name, { ...region, plans }];
      }),
    );
    assert.equal((await readRegions(rig.services({ regions }))).regions.length, 40);
    assert.equal(load.peak, 32);
  });

  it("reads 8 shards of a region at a time", async () => {
    const rig = new Rig(["eu"], 20);
    const eu = rig.region("eu");
    const load = new Load();
    const leases = {
      readLease: (shard: number) => load.during(() => eu.leases.readLease(shard)),
    };
    const regions = new Map([["eu", { ...eu, leases }]]);
    assert.equal((await readRegions(rig.services({ regions }))).regions[0]?.shards.length, 20);
    assert.equal(load.peak, 8);
  });

  it("does not know what is planned before the first plan, or if the bundle is missing", async () => {
    const unplanned = new Rig(["eu"]);
    const [first] = (await readRegions(unplanned.services())).regions;
    assert.deepEqual(first?.shards, [{ shard: 0, lease: null, planned: null }]);
    const rig = await livingRig(1);
    const eu = rig.region("eu");
    const plans = { readManifest: () => eu.plans.readManifest(), readBundle: async () => null };
    const regions = new Map([["eu", { ...eu, plans }]]);
    const fleet = { ...rig.fleet, regions: rig.fleet.regions.slice(0, 1) };
    const [second] = (await readRegions(rig.services({ fleet, regions }))).regions;
    assert.equal(second?.shards[0]?.planned, null);
  });

  it("calls a region without stores, or whose tables fail, unreadable by the error's class", async () => {
    const rig = await livingRig(1);
    const us = rig.region("us");
    const broken = { ...us, leases: brokenAt(us.leases, "readLease") };
    const read = await readRegions(rig.services({ regions: new Map([["us", broken]]) }));
    assert.deepEqual(read, {
      regions: [],
      unreadable: [
        { region: "eu", reason: "RangeError" },
        { region: "us", reason: "Error" },
      ],
    });
  });
});

describe("unreadable", () => {
  const CASES: readonly (readonly [cause: unknown, reason: string])[] = [
    [new TypeError("a table's name"), "TypeError"],
    ["a table's name", "Error"],
    [undefined, "Error"],
  ];
  for (const [cause, reason] of CASES) {
    it(`gives ${reason} as the reason of ${String(cause)}`, () => {
      assert.deepEqual(unreadable("eu", cause), { region: "eu", reason });
    });
  }
});

describe("plannedRegions", () => {
  const eu = aRegionView("eu", [
    aShardView({ planned: planOf("a") }),
    aShardView({ shard: 1, planned: planOf("b") }),
  ]);
  const us = aRegionView("us", [aShardView({ planned: planOf("a") })]);

  it("lists for each task every region whose shards plan it", () => {
    assert.deepEqual(
      plannedRegions(aFleetView(eu, us)),
      new Map([
        ["a", ["eu", "us"]],
        ["b", ["eu"]],
      ]),
    );
  });

  it("is null if a region can't be read", () => {
    const failed = [{ region: "us", reason: "Error" }];
    assert.equal(plannedRegions({ regions: [eu], unreadable: failed }), null);
  });

  it("is null if one shard's plan is not known", () => {
    assert.equal(plannedRegions(aFleetView(eu, aRegionView("us", [aShardView()]))), null);
  });
});
