import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeManifest } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { type Bundle, bundleOf, bundlesNamed, decodeBundle } from "../../../shared/plan/plan.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { aFleet, anItem, aRegion, Rig } from "./rig.ts";

const REGION = "eu-west-1";

function readGolden(file: string) {
  return JSON.parse(readFileSync(new URL(`../../golden/plan/${file}`, import.meta.url), "utf8"));
}

const STORED = readGolden("bundle-of-tomorrow.json");

function bundleOfTomorrow(): Bundle {
  return decodeBundle(Buffer.from(STORED.base64, "base64"), STORED.hash);
}

/** A region that a later version has planned. Its tasks' items are of that version, too. */
async function rigOfTomorrow(): Promise<Rig> {
  const rig = new Rig(aFleet(aRegion(REGION, { shards: 1 })));
  const plans = rig.plansOf(REGION);
  const bundle = bundleOfTomorrow();
  const plain = bundleOf(bundle.tasks.filter(({ needs }) => needs === undefined));
  const { shards, ...manifest } = decodeManifest(readGolden("manifest-of-tomorrow.json"));
  const [plan] = shards;
  assert.ok(plan?.fullBundle);
  await plans.writeBundle(plan.bundle, plain, rig.nowMs + 40 * DAY_MS);
  await plans.writeBundle(plan.fullBundle, bundle, rig.nowMs + 40 * DAY_MS);
  await plans.writeManifest({ ...manifest, plannedAtMs: rig.nowMs - 60_000, shards: [plan] });
  for (const { name } of bundle.tasks) rig.put(anItem(name, { type: "tomorrow" }));
  return rig;
}

async function planIn(rig: Rig) {
  const plans = rig.plansOf(REGION);
  const manifest = await plans.readManifest();
  assert.ok(manifest);
  const expiries = [...bundlesNamed(manifest)].map((hash) => plans.readBundleExpiry(hash));
  return { shards: manifest.shards, expiries: await Promise.all(expiries) };
}

test("planFleet keeps the last good version of a task whose features it does not know, as it was", async () => {
  const rig = await rigOfTomorrow();
  const before = await planIn(rig);
  await rig.plan();
  assert.equal(rig.metrics.InvalidTasks, 3);
  assert.deepEqual(await planIn(rig), before);
  const [{ tasks } = { tasks: [] }] = await rig.bundlesOf(REGION);
  assert.deepEqual(tasks, bundleOfTomorrow().tasks);
  assert.equal((await rig.statusOf("certificate"))?.runningLastGood, true);
});

test("planFleet plans the other tasks beside those that it does not know", async () => {
  const rig = await rigOfTomorrow();
  const before = await planIn(rig);
  rig.put(anItem("api", { host: "192.0.2.9:99" }));
  await rig.plan();
  const after = await planIn(rig);
  assert.notEqual(after.shards[0]?.bundle, before.shards[0]?.bundle);
  assert.notEqual(after.shards[0]?.fullBundle, before.shards[0]?.fullBundle);
  assert.equal(after.shards[0]?.taskCount, 3);
  assert.deepEqual(await rig.hostsIn(REGION), {
    api: "192.0.2.9:99",
    certificate: "www.example.com:443",
    mail: "mail.example.com:587",
  });
});

test("planFleet names one bundle again when the last task with needs is gone", async () => {
  const rig = await rigOfTomorrow();
  await rig.tasks.deleteTasks(["certificate", "mail"]);
  await rig.plan({ force: true });
  const [plan, ...more] = (await planIn(rig)).shards;
  assert.ok(plan && more.length === 0);
  assert.equal(plan.fullBundle, undefined);
  assert.equal(plan.taskCount, 1);
});

test("planFleet keeps both bundles, standing and superseded, beyond the last result in them", async () => {
  const rig = await rigOfTomorrow();
  const leastAtMs = () => rig.nowMs - 60_000 + 31 * DAY_MS;
  const manifest = await rig.plansOf(REGION).readManifest();
  assert.ok(manifest);
  rig.nowMs += 20 * DAY_MS;
  await rig.plan();
  for (const expiresAtMs of (await planIn(rig)).expiries)
    assert.ok((expiresAtMs ?? 0) >= leastAtMs());
  rig.nowMs += 20 * DAY_MS;
  rig.put(anItem("api", { host: "192.0.2.9:99" }));
  await rig.tasks.deleteTasks(["mail"]);
  await rig.plan();
  for (const hash of bundlesNamed(manifest)) {
    const expiresAtMs = await rig.plansOf(REGION).readBundleExpiry(hash);
    assert.ok((expiresAtMs ?? 0) >= leastAtMs(), `bundle ${hash} is given up`);
  }
});

test("planFleet writes no manifest whose full bundle could not be written", async () => {
  const rig = await rigOfTomorrow();
  const before = await planIn(rig);
  rig.put(anItem("api", { host: "192.0.2.9:99" }));
  const plans = rig.plansOf(REGION);
  const write = plans.writeBundle.bind(plans);
  plans.writeBundle = async (hash, bundle, expiresAtMs) => {
    if (bundle.tasks.length === 3) throw new Error("full");
    await write(hash, bundle, expiresAtMs);
  };
  await assert.rejects(rig.plan(), /Region eu-west-1: full/);
  assert.deepEqual((await planIn(rig)).shards, before.shards);
});
