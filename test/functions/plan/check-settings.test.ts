import { strict as assert } from "node:assert";
import { test } from "node:test";
import { PLAN_STATUS_NAME } from "../../../shared/status/status.ts";
import { anItem, Rig } from "./rig.ts";

const SILENCE = {
  key: "silence#s1",
  fields: { fleet: true, by: "sre", reason: "known", from: "2026-01-01T12:00:00Z" },
};

test("planFleet warns of settings without effect, and plans every task", async () => {
  const rig = new Rig();
  rig.put(
    anItem("api", { depends_on: ["db", "dbb", "broken"] }),
    anItem("db", { depends_on: ["api"] }),
    anItem("broken", { host: 7 }),
  );
  await rig.settings.putSettings([
    SILENCE,
    { key: "target#edge", fields: { min_healthy: 2, origin: "file" } },
  ]);
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), ["api", "db"]);
  assert.deepEqual((await rig.statusOf(PLAN_STATUS_NAME))?.problems, [
    'Silence "s1": until is required',
    'Task "api": depends_on[1] must be the name of a task (did you mean "db"?), is "dbb"',
    'Target "edge": target_id must be the target_id of a task, is "edge"',
    'Task "api": depends_on makes a circle with "db", so that none of them holds another\'s alerts',
  ]);
});

test("planFleet has no warning while all settings can be used", async () => {
  const rig = new Rig();
  rig.put(anItem("api", { depends_on: ["db"] }), anItem("db"));
  await rig.settings.putSettings([
    { ...SILENCE, fields: { ...SILENCE.fields, until: "2026-01-02T00:00:00Z" } },
  ]);
  await rig.plan();
  assert.equal(await rig.statusOf(PLAN_STATUS_NAME), null);
});

test("planFleet plans every task and fails at the end if settings can't be read", async () => {
  const rig = new Rig();
  rig.put(anItem("api"));
  const settings = { readSettings: () => Promise.reject(new Error("throttled")) };
  await assert.rejects(rig.plan({ settings }), /Settings can't be read: Error: throttled/);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["api"]);
});
