import { strict as assert } from "node:assert";
import { test } from "node:test";
import { aTask } from "../../fakes/results.ts";
import { FakeLeaseStore } from "../../fakes/stores.ts";
import { minute, NOON, Rig } from "./rig.ts";

const NAMES = Array.from({ length: 8 }, (_, i) => `t${i}`);

/** Two regions with two shards each, and the tasks of the first shard in `eu`. */
async function aRig(): Promise<{ rig: Rig; own: readonly string[]; damage: () => void }> {
  const rig = new Rig(["eu", "us"], 2);
  await rig.plan(NAMES.map((name) => aTask(name)));
  await rig.begin();
  const { plans, leases } = rig.region("eu");
  const [plan] = (await plans.readManifest())?.shards ?? [];
  const bundle = plan === undefined ? null : await plans.readBundle(plan.bundle);
  const own = bundle?.tasks.map(({ name }) => name) ?? [];
  assert.ok(own.length > 0 && own.length < NAMES.length);
  assert.ok(leases instanceof FakeLeaseStore);
  return { rig, own, damage: () => leases.damageLease(0, null) };
}

function regionsOf(rig: Rig, name: string, startMs: number) {
  const summary = rig.summaryOf(name, startMs);
  return summary && [Object.keys(summary.regions), summary.missingRegions, summary.complete];
}

const WHOLE = [["eu", "us"], [], true];

test("aggregateWindows misses a shard alone whose lease can't be read, names it, and reads it later", async () => {
  const { rig, own, damage } = await aRig();
  await rig.live(1);
  await rig.probe();
  damage();
  await rig.run();
  const line = rig.lines.at(-1);
  assert.deepEqual(line?.damagedLeases, ["Shard 0 of eu: Stored lease is damaged"]);
  assert.deepEqual([line?.unreadable, line?.missing, line?.openWindows], [[], [], 1]);
  for (const name of NAMES) {
    const expected = own.includes(name) ? [["us"], ["eu"], false] : WHOLE;
    assert.deepEqual(regionsOf(rig, name, NOON), expected, name);
  }
  rig.nowMs = minute(2);
  await rig.run();
  assert.equal(rig.lines.at(-1)?.openWindows, 2);
  await rig.live(1);
  assert.equal(rig.lines.at(-1)?.damagedLeases, undefined);
  assert.equal(rig.lines.at(-1)?.openWindows, 0);
  for (const name of NAMES) {
    for (const at of [NOON, minute(1)]) assert.deepEqual(regionsOf(rig, name, at), WHOLE, name);
  }
  assert.deepEqual(rig.events, []);
});
