import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  plannedRegions,
  readRegions,
} from "../../../../functions/aggregate/window/read-regions.ts";
import { draftPlan } from "../../../../shared/plan/plan.ts";
import { DAY_MS } from "../../../../shared/units.ts";
import { aTask } from "../../../fakes/results.ts";
import { brokenAt } from "../../plan/broken.ts";
import { minute, NOON, Rig } from "../rig.ts";
import { aFleetView, aRegionView, aShardView } from "./views.ts";

const NAMES = Array.from({ length: 8 }, (_, i) => `task ${i}`);
const TASKS = NAMES.map((name) => aTask(name));

async function livingRig(shards: number): Promise<Rig> {
  const rig = new Rig(["eu", "us"], shards);
  await rig.plan(TASKS);
  await rig.probe();
  return rig;
}

describe("readRegions", () => {
  it("reads every shard's lease and the names of its planned tasks", async () => {
    const rig = await livingRig(2);
    const { regions, unreadable } = await readRegions(rig.services());
    assert.deepEqual(unreadable, []);
    assert.deepEqual(
      regions.map(({ name, shards }) => [name, shards.map(({ shard }) => shard)]),
      [
        ["eu", [0, 1]],
        ["us", [0, 1]],
      ],
    );
    for (const { shards } of regions) {
      assert.ok(shards.every(({ lease }) => lease?.claimedToMs === minute(1)));
      const planned = shards.flatMap((shard) => [...(shard.planned ?? [])]);
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

describe("plannedRegions", () => {
  const eu = aRegionView("eu", [
    aShardView({ planned: new Set(["a"]) }),
    aShardView({ shard: 1, planned: new Set(["b"]) }),
  ]);
  const us = aRegionView("us", [aShardView({ planned: new Set(["a"]) })]);

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
    const unreadable = [{ region: "us", reason: "Error" }];
    assert.equal(plannedRegions({ regions: [eu], unreadable }), null);
  });

  it("is null if one shard's plan is not known", () => {
    assert.equal(plannedRegions(aFleetView(eu, aRegionView("us", [aShardView()]))), null);
  });
});
