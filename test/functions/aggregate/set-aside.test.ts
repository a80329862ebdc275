import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { INITIAL_STATE } from "../../../shared/health/health.ts";
import { BundleError } from "../../../shared/plan/plan.ts";
import { aTask } from "../../fakes/results.ts";
import { readEventSchemas } from "../../shared/event/event-schemas.ts";
import { NOON, Rig, type World } from "./rig.ts";

const schemas = readEventSchemas();

function assertValid(events: readonly OutgoingEvent[]): void {
  for (const { detailType, detail } of events) {
    const validate = schemas.get(detailType);
    assert.ok(validate?.(JSON.parse(JSON.stringify(detail))), JSON.stringify(validate?.errors));
  }
}

/** Two regions, of which `us` fails: each task gets an advisory. */
async function rigOf(...names: readonly string[]): Promise<Rig> {
  const rig = new Rig();
  await rig.plan(names.map((name) => aTask(name)));
  await rig.begin();
  rig.world = (_task, region) => (region === "us" ? "refused" : 10);
  return rig;
}

function toldOf(rig: Rig): OutgoingEvent[] {
  return rig.bus.published.filter(({ detailType }) => detailType === "TCP Probe Task Rejected");
}

test("aggregateWindows cuts a record that does not fit, so that its task and all others are judged", async () => {
  const names = Array.from({ length: 22 }, (_, i) => `r${i + 10}`);
  const rig = new Rig(names);
  const failing = new Set(names.slice(0, 10));
  // As an earlier version took them: 50 tags of the greatest size, in UTF-8 four bytes a character.
  const tags = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [`${i}`.padEnd(128, "k"), "😀".repeat(256)]),
  );
  await rig.plan([aTask("a"), aTask("large", { tags })]);
  await rig.begin();
  const world: World = (_task, region) => (failing.has(region) ? "refused" : 10);
  rig.world = world;
  await rig.live(4);
  // Ten regions are below the quorum, and more than the one of which loss says nothing.
  const stories = ["OK to WARNING", ...names.slice(0, 10).map((name) => `${name} raised`)];
  for (const task of ["a", "large"]) {
    assert.deepEqual(
      rig.events.filter((story) => story.startsWith(`${task}:`)).sort(),
      stories.map((story) => `${task}: ${story}`),
    );
  }
  const details = rig.bus.published.map(({ detail }) => detail as Record<string, unknown>);
  const cut = details.filter((detail) => detail.cut === true);
  assert.deepEqual(new Set(cut.map(({ task_name }) => task_name)), new Set(["large"]));
  assert.equal(cut.length, stories.length);
  assertValid(rig.bus.published);
  assert.deepEqual(toldOf(rig), []);
  assert.equal(rig.metrics.TasksSetAside, undefined);
});

test("aggregateWindows sets a task aside whose record is refused, judges the others, and says so", async () => {
  const rig = await rigOf("a", "odd", "z");
  rig.states.refuses = ({ task }) => task.name === "odd";
  await rig.live(4);
  assert.deepEqual(rig.events, ["odd: set aside", "a: us raised", "z: us raised"]);
  const line = rig.lines.findLast(({ setAside }) => setAside !== undefined);
  assert.equal(line?.metrics.TasksSetAside, 1);
  assert.match(String(line?.setAside), /^Task "odd": not judged: its stored state is \d+ bytes$/);
  assertValid(rig.bus.published);
  const [told] = toldOf(rig);
  const detail = told?.detail as Record<string, unknown>;
  assert.equal(detail.task_name, "odd");
  assert.equal(detail.reason, "set_aside");
  assert.deepEqual(detail.regions, ["eu", "us"]);
  rig.states.refuses = () => false;
  await rig.live(2);
  assert.ok(rig.events.includes("odd: us raised"), "it is not judged when its record fits again");
  assert.equal(rig.metrics.TasksSetAside, undefined);
  assert.equal(rig.lines.at(-1)?.setAside, undefined);
});

test("aggregateWindows tells of a task that is set aside once an hour", async () => {
  const rig = await rigOf("a");
  rig.states.refuses = () => true;
  const toldAside = new Set<string>();
  const live = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      await rig.probe();
      await rig.run({ toldAside });
      rig.nowMs += 60_000;
    }
  };
  await live(5);
  assert.equal(toldOf(rig).length, 1);
  await rig.run();
  assert.equal(new Set(toldOf(rig).map(({ id }) => id)).size, 1, "a new process has another id");
  const before = toldOf(rig).length;
  rig.nowMs = NOON + 60 * 60_000;
  await live(3);
  assert.equal(toldOf(rig).length, before + 1);
});

test("aggregateWindows sets a task aside whose judgement throws, and judges the others", async () => {
  const rig = await rigOf("a", "odd");
  const task = { name: "odd", host: "192.0.2.1:22", targetId: "t", tags: {} };
  const state = { ...INITIAL_STATE, incident: null as never };
  const odd = { task, version: 1, state, pending: [], unrecorded: [], goneSinceMs: null };
  const states = {
    readRecords: async () => {
      const { records } = await rig.states.readRecords();
      return { records: [...records, odd], damaged: [] };
    },
    readRecord: async () => null,
    putRecord: rig.states.putRecord.bind(rig.states),
  };
  for (let i = 0; i < 3; i++) {
    await rig.probe();
    await rig.run({ states });
    rig.nowMs += 60_000;
  }
  assert.deepEqual(rig.events, ["odd: set aside", "a: us raised"]);
  assert.match(String(rig.lines.at(-1)?.setAside), /^Task "odd": not judged: TypeError: /);
  assert.equal(Reflect.get(toldOf(rig)[0]?.detail ?? {}, "target_id"), "t");
});

test("aggregateWindows says which summaries the store refuses, and stores and judges the rest", async () => {
  const rig = await rigOf("a", "odd");
  const put = rig.summaries.putSummaries.bind(rig.summaries);
  rig.summaries.putSummaries = async (summaries) => {
    await put(summaries.filter(({ taskName }) => taskName !== "odd"));
    return ["odd"];
  };
  await rig.live(4);
  assert.deepEqual(new Set(rig.announced.map(({ taskName }) => taskName)), new Set(["a"]));
  assert.deepEqual(rig.events, ["odd: set aside", "a: us raised", "odd: us raised"]);
  const [told] = toldOf(rig);
  assert.match(JSON.stringify(told?.detail), /not summarised: DynamoDB does not take its summary/);
});

test("aggregateWindows counts a task whose stored state can't be read as set aside", async () => {
  const rig = await rigOf("a");
  const states = {
    readRecords: async () => ({ records: [], damaged: ["x"] }),
    readRecord: async () => null,
    putRecord: rig.states.putRecord.bind(rig.states),
  };
  await rig.run({ states });
  assert.deepEqual(rig.lines.at(-1)?.setAside, [
    'Task "x": not judged: its stored state can\'t be read',
  ]);
});

test("aggregateWindows judges the other shards of a region whose one bundle can't be decoded", async () => {
  const names = Array.from({ length: 8 }, (_, i) => `t${i}`);
  const rig = new Rig(["eu"], 2);
  await rig.plan(names.map((name) => aTask(name)));
  await rig.begin();
  rig.world = () => "refused";
  const { plans } = rig.region("eu");
  const manifest = await plans.readManifest();
  const [odd, sound] = manifest?.shards ?? [];
  assert.ok(odd && sound);
  const read = plans.readBundle.bind(plans);
  const own = (await read(sound.bundle))?.tasks.map(({ name }) => name) ?? [];
  assert.ok(own.length > 0 && own.length < names.length);
  for (let i = 0; i < 3; i++) {
    await rig.probe();
    plans.readBundle = async (hash) => {
      if (hash === odd.bundle) throw new BundleError("odd");
      return read(hash);
    };
    await rig.run();
    plans.readBundle = read;
    rig.nowMs += 60_000;
  }
  assert.deepEqual(
    rig.events.toSorted(),
    own.map((name) => `${name}: OK to CRITICAL`),
  );
  assert.equal(rig.metrics.RegionsMissing, 0);
  assert.ok(Number(rig.metrics.DamagedChunks) > 0);
});

test("aggregateWindows goes on with a record that has lost an odd event, and says so", async () => {
  const rig = await rigOf("a");
  const states = {
    readRecords: async () => ({
      ...(await rig.states.readRecords()),
      faults: ["an event is lost"],
    }),
    readRecord: async () => null,
    putRecord: rig.states.putRecord.bind(rig.states),
  };
  await rig.probe();
  await rig.run({ states });
  assert.deepEqual(rig.lines.at(-1)?.faults, ["an event is lost"]);
  assert.equal(rig.lines.at(-1)?.setAside, undefined);
});

test("aggregateWindows says which events the history refuses, once, and records the others", async () => {
  const rig = await rigOf("a", "odd");
  rig.history.refuses = ({ detail }) => Reflect.get(detail, "task_name") === "odd";
  await rig.live(6);
  const faults = rig.lines.flatMap(({ faults: some }) => some ?? []);
  const [odd] = rig.bus.published.filter(
    ({ detail }) => Reflect.get(detail, "task_name") === "odd",
  );
  const sentence = `Task "odd": event ${odd?.id} is not in the history: DynamoDB does not take it`;
  assert.deepEqual(faults, [sentence]);
  assert.deepEqual(rig.events, ["a: us raised", "odd: us raised"]);
  const span = { sinceMs: 0, untilMs: rig.nowMs, limit: 9, taskName: null };
  const { events } = await rig.history.readHistory(span);
  assert.deepEqual(
    events.map(({ detail }) => Reflect.get(detail, "task_name")),
    ["a"],
  );
});

test("aggregateWindows says that a summary of a window that it reads again is refused", async () => {
  const rig = await rigOf("a");
  rig.world = () => 10;
  await rig.probe(["eu"]);
  const late = await rig.claim("us", rig.nowMs);
  rig.nowMs += 3 * 60_000;
  await rig.run();
  rig.lines.length = 0;
  await rig.store("us", late);
  rig.summaries.reviseSummaries = async () => ["refused"];
  await rig.run();
  assert.deepEqual(rig.lines.at(-1)?.setAside, [
    'Task "a": not summarised: DynamoDB does not take its summary',
  ]);
});

test("aggregateWindows judges by the default in place of an odd limit, and says so", async () => {
  const rig = new Rig();
  const odd = { warning: { failurePercent: "5" }, critical: null, failureThreshold: Number.NaN };
  await rig.plan([aTask("a"), aTask("odd", { alert: odd as never })]);
  await rig.begin();
  rig.world = () => "refused";
  await rig.live(3);
  assert.deepEqual(rig.events.toSorted(), ["a: OK to CRITICAL", "odd: OK to CRITICAL"]);
  assert.deepEqual(
    rig.lines.at(-1)?.faults,
    ["failureThreshold", "critical", "warning.failurePercent"].map(
      (field) => `Task "odd": alert.${field} is odd, so its default counts`,
    ),
  );
});
