import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { TaskStatusStore } from "../../../functions/ports/task-status-store.ts";
import { brokenAt } from "./broken.ts";
import { anItem, Rig, START_MS } from "./rig.ts";

const FOUR = ["a", "b", "c", "d"];

async function rigRunning(names: readonly string[]): Promise<Rig> {
  const rig = new Rig();
  rig.put(...names.map((name) => anItem(name)));
  await rig.plan();
  return rig;
}

test("planFleet refuses to drop more than half of the running tasks and writes only that", async () => {
  const rig = await rigRunning(FOUR);
  await rig.tasks.deleteTasks(["a", "b", "c"]);
  rig.put(anItem("new"), anItem("d", { host: 7 }));
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), FOUR);
  const manifest = await rig.plansOf("us-east-1").readManifest();
  assert.equal(manifest?.plannedAtMs, START_MS);
  assert.equal(rig.metrics.PlanRefused, 1);
  assert.equal(await rig.statusOf("d"), null);
  assert.deepEqual(troublesOf(rig), ["plan_refused raised"]);
  const status = await rig.statusOf("#plan");
  assert.equal(status?.status, "refused");
  assert.deepEqual(status?.problems, [
    "The plan would drop 3 of 4 running tasks and is refused; the last one goes on. Plan with force to drop them",
  ]);
});

test("planFleet keeps since when it has been refusing", async () => {
  const rig = await rigRunning(FOUR);
  await rig.tasks.deleteTasks(["a", "b", "c"]);
  await rig.plan();
  await rig.plan();
  assert.equal((await rig.statusOf("#plan"))?.sinceMs, START_MS + 60_000);
  assert.deepEqual(troublesOf(rig), ["plan_refused raised"]);
});

test("planFleet that refuses tells it later if the bus takes nothing, and fails until then", async () => {
  const rig = await rigRunning(FOUR);
  await rig.tasks.deleteTasks(["a", "b", "c"]);
  rig.bus.refuses = () => true;
  await assert.rejects(rig.plan(), /1 events are still pending/);
  assert.deepEqual(troublesOf(rig), []);
  rig.bus.refuses = () => false;
  await rig.plan();
  await rig.plan({ force: true });
  assert.deepEqual(troublesOf(rig), ["plan_refused raised", "plan_refused cleared"]);
});

test("planFleet drops what it refused when forced, and takes the refusal back", async () => {
  const rig = await rigRunning(FOUR);
  await rig.tasks.deleteTasks(["a", "b", "c"]);
  await rig.plan();
  await rig.plan({ force: true });
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["d"]);
  assert.equal(await rig.statusOf("#plan"), null);
  assert.equal(rig.metrics.PlanRefused, 0);
  assert.deepEqual(troublesOf(rig), ["plan_refused raised", "plan_refused cleared"]);
});

test("planFleet drops exactly half without being forced", async () => {
  const rig = await rigRunning(FOUR);
  await rig.tasks.deleteTasks(["a", "b"]);
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["c", "d"]);
});

test("planFleet does not count disabled and invalid tasks as dropped", async () => {
  const rig = await rigRunning(FOUR);
  rig.put(anItem("a", { enabled: false }), anItem("b", { enabled: false }));
  rig.put(anItem("c", { enabled: false }), anItem("d", { port: -1 }));
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["d"]);
  assert.equal(rig.metrics.PlanRefused, 0);
});

test("planFleet plans for the other regions while one cannot be read or written", async () => {
  for (const method of ["readManifest", "writeManifest"] as const) {
    const rig = await rigRunning(FOUR);
    rig.put(anItem("e"));
    const plansOf = (region: string) =>
      region === "eu-west-1" ? brokenAt(rig.plansOf(region), method) : rig.plansOf(region);
    await assert.rejects(rig.plan({ plansOf }), {
      message: `Region eu-west-1: ${method} is broken`,
    });
    assert.equal(rig.metrics.RegionsFailed, 1, method);
    assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), [...FOUR, "e"], method);
    assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), FOUR, method);
    await rig.plan();
    assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), [...FOUR, "e"], method);
  }
});

test("planFleet replaces a plan that cannot be read only when forced", async () => {
  const rig = await rigRunning(FOUR);
  rig.put(anItem("e"));
  const plansOf = (region: string) => brokenAt(rig.plansOf(region), "readManifest");
  await assert.rejects(rig.plan({ plansOf }), AggregateError);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), FOUR);
  await rig.plan({ plansOf, force: true });
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), [...FOUR, "e"]);
});

test("planFleet writes the plans even if the statuses cannot be kept", async () => {
  const rig = await rigRunning(FOUR);
  rig.put(anItem("e"));
  const statuses = brokenAt(rig.statuses, "readStatuses");
  await assert.rejects(rig.plan({ statuses }), /Task status could not be kept/);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), [...FOUR, "e"]);
});

test("planFleet keeps every other status if one cannot be written", async () => {
  const rig = await rigRunning(FOUR);
  rig.put(anItem("a", { host: 7 }), anItem("b", { host: 7 }));
  const statuses: TaskStatusStore = {
    readStatuses: () => rig.statuses.readStatuses(),
    deleteStatus: (record) => rig.statuses.deleteStatus(record),
    putStatus: async (record) => {
      if (record.name === "a") throw new Error("too hot");
      return rig.statuses.putStatus(record);
    },
  };
  await assert.rejects(rig.plan({ statuses }), { message: 'Status of "a": Error: too hot' });
  assert.equal((await rig.statusOf("b"))?.status, "rejected");
  assert.deepEqual(taskNamesOf(rig), ["b"]);
  await rig.plan();
  assert.deepEqual(taskNamesOf(rig), ["b", "a"]);
});

const NEWER = 'Status of "a" is "paused", which this version does not know';

test("planFleet leaves a status that it can't read as it is, and keeps every other one", async () => {
  const rig = await rigRunning(FOUR);
  rig.put(anItem("a", { host: 7 }));
  await rig.plan();
  const held = await rig.statusOf("a");
  rig.statuses.damageStatus("a", NEWER);
  // One is rejected for another reason, one newly; then the first is fixed.
  rig.put(anItem("a", { host: 8, port: -1 }), anItem("b", { host: 7 }));
  await assert.rejects(rig.plan(), { message: `${NEWER}; it stays as it is` });
  rig.put(anItem("a"), anItem("e"));
  await assert.rejects(rig.plan(), { message: `${NEWER}; it stays as it is` });
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), [...FOUR, "e"]);
  assert.equal((await rig.statusOf("b"))?.status, "rejected");
  assert.deepEqual(taskNamesOf(rig), ["a", "b"]);
  rig.statuses.damageStatus("a", null);
  assert.deepEqual(await rig.statusOf("a"), held);
  await rig.plan();
  assert.equal(await rig.statusOf("a"), null);
});

test("planFleet that refuses leaves the plan's own status as it is if it can't read it", async () => {
  const rig = await rigRunning(FOUR);
  await rig.tasks.deleteTasks(["a", "b", "c"]);
  await rig.plan();
  const held = await rig.statusOf("#plan");
  rig.statuses.damageStatus("#plan", 'Status of "#plan" is damaged');
  await assert.rejects(rig.plan(), { message: 'Status of "#plan" is damaged; it stays as it is' });
  assert.equal(rig.metrics.PlanRefused, 1);
  rig.statuses.damageStatus("#plan", null);
  assert.deepEqual(await rig.statusOf("#plan"), held);
});

function troublesOf(rig: Rig): string[] {
  return rig.bus.published.map(
    ({ detail }) => `${Reflect.get(detail, "trouble")} ${Reflect.get(detail, "state")}`,
  );
}

function taskNamesOf(rig: Rig): string[] {
  return rig.bus.published.map(({ detail }) => Reflect.get(detail, "task_name"));
}
