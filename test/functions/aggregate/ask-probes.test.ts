import { strict as assert } from "node:assert";
import { test } from "node:test";
import { lookNow } from "../../../functions/aggregate/look.ts";
import { parseCheckRequest } from "../../../shared/request/request.ts";
import type { Task } from "../../../shared/task/task.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { Rig, type World } from "./rig.ts";

const REGIONS = ["eu", "us", "ap"];

/** Only one region sees a failure. */
const DOUBTED: World = (_task, region) => (region === "us" ? "refused" : 10);

async function rigOf(tasks: readonly Task[], shards = 1): Promise<Rig> {
  const rig = new Rig(REGIONS, shards);
  await rig.plan(tasks);
  await rig.begin();
  rig.world = DOUBTED;
  return rig;
}

/** What the probes were asked, region by region. */
function asked(rig: Rig) {
  return rig.invoker.taken.map(({ region, event }) => {
    const { shard, taskNames } = parseCheckRequest(event) ?? { shard: -1, taskNames: [] };
    return { region, shard, taskNames };
  });
}

function slowTasks(count: number): Task[] {
  return Array.from({ length: count }, (_, i) => aTask(`t${i}`, { scheduleMs: 2 * MINUTE_MS }));
}

test("a run asks the regions that see no failure of a slow task, in one request a shard", async () => {
  const rig = await rigOf([...slowTasks(6), aTask("fast", { scheduleMs: MINUTE_MS })]);
  await rig.live(3);
  const byRegion = Object.groupBy(asked(rig), ({ region }) => region);
  assert.ok((byRegion.eu?.length ?? 0) >= 1 && (byRegion.ap?.length ?? 0) >= 1);
  const names = new Set(asked(rig).flatMap(({ taskNames }) => taskNames));
  assert.ok(names.size >= 3 && !names.has("fast"));
  assert.ok(rig.lines.some((line) => Number(line.asked) >= 2));
});

test("a request has an id of its own, its shard and its instant, and only tasks of that shard", async () => {
  const rig = await rigOf(slowTasks(12), 2);
  await rig.live(4);
  const requests = rig.invoker.taken.map(({ event }) => parseCheckRequest(event));
  assert.equal(new Set(requests.map((request) => request?.id)).size, requests.length);
  const manifest = await rig.region("eu").plans.readManifest();
  for (const request of requests) {
    assert.ok(request);
    const plan = manifest?.shards.find(({ shard }) => shard === request.shard);
    const bundle = await rig.region("eu").plans.readBundle(plan?.bundle ?? "");
    const own = new Set(bundle?.tasks.map(({ name }) => name));
    for (const name of request.taskNames) assert.ok(own.has(name), name);
  }
});

test("a task is asked for no more than once in a minute, by whichever look", async () => {
  const rig = await rigOf(slowTasks(1));
  await rig.live(3);
  const before = rig.invoker.taken.length;
  assert.ok(before > 0);
  const hint = { region: "us", shard: 0, atMs: rig.nowMs };
  for (const afterMs of [-34_000, -33_000, -32_000]) {
    await lookNow(rig.services({ now: () => rig.nowMs + afterMs }), hint);
  }
  assert.equal(rig.invoker.taken.length, before);
});

test("a shard is asked for 500 tasks at once, and for the others later", async () => {
  const rig = await rigOf(slowTasks(700));
  rig.world = (_task, region) => (region === "us" ? "timeout" : 10);
  for (let i = 0; i < 5; i++) await rig.live(1);
  const requests = asked(rig);
  assert.ok(requests.every(({ taskNames }) => taskNames.length <= 500));
  assert.ok(new Set(requests.flatMap(({ taskNames }) => taskNames)).size > 500);
});

test("without a way to the probes nobody is asked, and nothing is counted", async () => {
  const rig = await rigOf(slowTasks(3));
  for (let i = 0; i < 3; i++) {
    await rig.probe();
    await rig.run({ invoker: null });
    rig.nowMs += MINUTE_MS;
  }
  assert.deepEqual(rig.invoker.taken, []);
  const { records } = await rig.states.readRecords();
  assert.ok(records.length > 0);
  assert.ok(records.every(({ state }) => state.asks === undefined));
});

test("what can't be counted is not asked", async () => {
  const rig = await rigOf(slowTasks(3));
  await rig.live(1);
  await rig.probe();
  const states = {
    readRecords: () => rig.states.readRecords(),
    readRecord: async () => null,
    putRecord: async (record: Parameters<typeof rig.states.putRecord>[0]) => {
      if (record.state.asks !== undefined) throw new Error("The table is away");
      return rig.states.putRecord(record);
    },
  };
  rig.invoker.taken.length = 0;
  await assert.rejects(rig.run({ states }), /The table is away/);
  assert.deepEqual(rig.invoker.taken, []);
  assert.equal(rig.metrics.Windows, 1);
});
