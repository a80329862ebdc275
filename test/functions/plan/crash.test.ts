import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type Failure, Fault } from "./broken.ts";
import { anItem, Rig } from "./rig.ts";

/** A fleet in the middle of changes: one task breaks, one breaks otherwise, one is fixed, one comes. */
async function rigWithChanges(): Promise<Rig> {
  const rig = new Rig();
  rig.put(anItem("fine"), anItem("breaks"), anItem("worsens", { port: 0 }));
  rig.put(anItem("heals", { timeout: 0 }), anItem("goes"));
  rig.bus.refuses = () => true;
  await assert.rejects(rig.plan(), /are still pending/);
  rig.bus.refuses = () => false;
  rig.put(anItem("breaks", { expect: "ajar" }), anItem("worsens", { port: 0, tags: 1 }));
  rig.put(anItem("heals"), anItem("mail", { host: "192.0.2.1:25" }));
  await rig.tasks.deleteTasks(["goes"]);
  return rig;
}

function planWith(rig: Rig, fault: Fault): Promise<void> {
  const { tasks, statuses, bus } = rig;
  return rig.plan({
    tasks: fault.guard(tasks),
    statuses: fault.guard(statuses),
    bus: fault.guard(bus),
    plansOf: (region) => fault.guard(rig.plansOf(region)),
  });
}

async function endOf(rig: Rig) {
  const { records: statuses } = await rig.statuses.readStatuses();
  const eu = await rig.plansOf("eu-west-1").readManifest();
  const us = await rig.plansOf("us-east-1").readManifest();
  return {
    shards: [eu?.shards, us?.shards],
    statuses: statuses
      .map(({ name, problems, runningLastGood, pending }) => ({
        name,
        problems,
        runningLastGood,
        pending,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The tasks that the events are of, each event once however often it was published. */
function eventsOf(rig: Rig): string[] {
  const byId = new Map(rig.bus.published.map((event) => [event.id, event.detail]));
  return [...byId.values()].map((detail) => Reflect.get(detail, "task_name")).sort();
}

const EXPECTED_EVENTS = ["breaks", "heals", "mail", "worsens", "worsens"];

test("planFleet ends the same and loses or invents no event, whichever call fails", async () => {
  const clean = await rigWithChanges();
  const counter = new Fault(Number.POSITIVE_INFINITY, "before", false);
  await planWith(clean, counter);
  const expected = await endOf(clean);
  assert.deepEqual(eventsOf(clean), EXPECTED_EVENTS);
  assert.ok(counter.calls > 20, "the run makes few calls");
  for (let at = 0; at < counter.calls; at++) {
    for (const failure of ["before", "after"] satisfies Failure[]) {
      for (const isCrash of [true, false]) {
        const where = `call ${at}, ${failure}, ${isCrash ? "crash" : "hiccup"}`;
        const rig = await rigWithChanges();
        await assert.rejects(planWith(rig, new Fault(at, failure, isCrash)), where);
        await rig.plan();
        assert.deepEqual(await endOf(rig), expected, where);
        assert.deepEqual(eventsOf(rig), EXPECTED_EVENTS, where);
      }
    }
  }
});

test("planFleet tells of a rejection once when two runs overlap", async () => {
  const rig = await rigWithChanges();
  const expected = await rigWithChanges();
  await expected.plan();
  await Promise.all([rig.plan(), rig.plan({ now: () => rig.nowMs + 1_000 })]);
  await rig.plan();
  assert.deepEqual(await endOf(rig), await endOf(expected));
  assert.deepEqual(eventsOf(rig), EXPECTED_EVENTS);
});
