import { strict as assert } from "node:assert";
import { test } from "node:test";
import { METRICS } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { Task } from "../../../shared/task/task.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { readEventSchemas } from "../../shared/event/event-schemas.ts";
import { brokenAt } from "../plan/broken.ts";
import { hooked, minute, Rig, type World } from "./rig.ts";

const schemas = readEventSchemas();

function assertValid(events: readonly OutgoingEvent[]): void {
  for (const { detailType, detail } of events) {
    const validate = schemas.get(detailType);
    assert.ok(validate, `no schema of ${detailType}`);
    assert.ok(validate(JSON.parse(JSON.stringify(detail))), JSON.stringify(validate.errors));
  }
}

/** Refused everywhere from one minute to another. */
function downBetween(from: number, to: number): World {
  return (_task, _region, at) => (at >= minute(from) && at < minute(to) ? "refused" : 10);
}

async function rigOf(...tasks: readonly Task[]): Promise<Rig> {
  const rig = new Rig(["eu", "us", "ap"]);
  await rig.plan(tasks);
  await rig.begin();
  return rig;
}

test("aggregateWindows publishes an event when a task goes down and when it is up again", async () => {
  const rig = await rigOf(aTask("a"), aTask("b", { targetId: "db", tags: { team: "core" } }));
  rig.world = downBetween(2, 5);
  await rig.live(9);
  const both = (story: string) => [`a: ${story}`, `b: ${story}`];
  assert.deepEqual(rig.events, [...both("OK to CRITICAL"), ...both("CRITICAL to OK")]);
  assertValid(rig.bus.published);
  assert.equal(rig.metrics[METRICS.aggregate.outboxDepth], 0);
  const { events: history } = await rig.history.readHistory({
    sinceMs: 0,
    untilMs: rig.nowMs,
    limit: 9,
    taskName: "b",
  });
  assert.deepEqual(
    history.map(({ detail }) => Reflect.get(detail, "sequence")),
    [2, 1],
  );
});

test("aggregateWindows raises an advisory when one region fails, which is below the quorum", async () => {
  const rig = await rigOf(aTask("a"));
  rig.world = (_task, region, at) => (region === "us" && at < minute(3) ? "timeout" : 10);
  await rig.live(6);
  assert.deepEqual(rig.events, ["a: us raised", "a: us cleared"]);
  assertValid(rig.bus.published);
});

test("aggregateWindows closes the state of a task that is gone from every plan, once", async () => {
  const rig = await rigOf(aTask("a"), aTask("b"));
  rig.world = () => "refused";
  await rig.live(3);
  await rig.plan([aTask("b")]);
  await rig.live(4);
  assert.deepEqual(
    rig.events.filter((story) => story.startsWith("a")),
    ["a: OK to CRITICAL", "a: CRITICAL to OK"],
  );
  assertValid(rig.bus.published);
  const { records } = await rig.states.readRecords();
  const gone = records.find(({ task }) => task.name === "a");
  assert.equal(gone?.state.sequence, 2);
  assert.notEqual(gone?.goneSinceMs, null);
  const { version } = gone ?? {};
  await rig.live(2);
  const later = (await rig.states.readRecords()).records.find(({ task }) => task.name === "a");
  assert.equal(later?.version, version, "a closed record is written again");
});

test("aggregateWindows continues the sequence of a task that is planned again", async () => {
  const rig = await rigOf(aTask("a"));
  rig.world = () => "refused";
  await rig.live(3);
  await rig.plan([]);
  await rig.live(3);
  await rig.plan([aTask("a")]);
  await rig.live(3);
  const sequences = rig.bus.published.flatMap(
    ({ detail }) => Reflect.get(detail, "sequence") ?? [],
  );
  assert.deepEqual(sequences, [1, 2, 3]);
  assert.equal((await rig.states.readRecords()).records[0]?.goneSinceMs, null);
});

test("aggregateWindows clears the advisory of a region in which a task no longer runs", async () => {
  const rig = await rigOf(aTask("a"));
  rig.world = (_task, region) => (region === "us" ? "timeout" : 10);
  await rig.live(3);
  await rig.plan([aTask("a", { regions: ["eu", "ap"] })]);
  await rig.live(3);
  assert.deepEqual(rig.events, ["a: us raised", "a: us cleared"]);
});

test("aggregateWindows keeps what the bus does not take, and delivers it in order later", async () => {
  const rig = await rigOf(aTask("a"), aTask("b"));
  rig.world = downBetween(1, 4);
  rig.bus.refuses = ({ detail }) => Reflect.get(detail, "task_name") === "a";
  await rig.live(8);
  assert.deepEqual(rig.events, ["b: OK to CRITICAL", "b: CRITICAL to OK"]);
  assert.equal(rig.metrics[METRICS.aggregate.outboxDepth], 2);
  assert.ok((rig.metrics[METRICS.aggregate.outboxAgeMs] ?? 0) > 2 * MINUTE_MS);
  assert.ok(rig.summaryOf("a", minute(6)), "a failing bus stops summaries");
  rig.bus.refuses = () => false;
  await rig.live(1);
  assert.deepEqual(rig.events.slice(2), ["a: OK to CRITICAL", "a: CRITICAL to OK"]);
  assert.equal(rig.metrics[METRICS.aggregate.outboxDepth], 0);
});

test("aggregateWindows offers an entry that the bus refuses again in the same run", async () => {
  const rig = await rigOf(aTask("a"), aTask("b"));
  rig.world = () => "refused";
  let refusals = 0;
  rig.bus.refuses = ({ detail }) => Reflect.get(detail, "task_name") === "a" && refusals++ < 3;
  const delays: number[] = [];
  await rig.probe();
  rig.nowMs = minute(1);
  await rig.run({ sleep: async (ms) => void delays.push(ms) });
  assert.deepEqual(rig.events.toSorted(), ["a: OK to CRITICAL", "b: OK to CRITICAL"]);
  assert.deepEqual(delays, [200, 400]);
});

test("aggregateWindows publishes nothing after its time, and sweeps in the next run", async () => {
  const rig = await rigOf(aTask("a"));
  rig.world = () => "refused";
  await rig.probe();
  rig.nowMs = minute(1);
  let nowMs = minute(1) + 25_000;
  const progress = hooked(rig.progress, "markJudged", () => {
    nowMs += 50_000;
  });
  await rig.run({ progress, now: () => nowMs });
  assert.deepEqual(rig.events, []);
  rig.nowMs = minute(2);
  await rig.run();
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
});

const LAST_DELIVERIES: readonly (readonly [tookMs: number, events: readonly string[]])[] = [
  [41_999, ["a: OK to CRITICAL"]],
  [42_000, []],
];

for (const [tookMs, events] of LAST_DELIVERIES) {
  test(`aggregateWindows publishes ${events.length} events if its windows took ${tookMs} ms`, async () => {
    const rig = await rigOf(aTask("a"));
    rig.world = () => "refused";
    await rig.probe();
    rig.nowMs = minute(1);
    let nowMs = minute(1) + 25_000;
    const progress = hooked(rig.progress, "markJudged", () => {
      nowMs += tookMs;
    });
    await rig.run({ progress, now: () => nowMs });
    assert.deepEqual(rig.events, events);
  });
}

const FIRST_DELIVERIES: readonly (readonly [tookMs: number, events: readonly string[]])[] = [
  [23_999, ["a: OK to CRITICAL"]],
  [24_000, []],
];

for (const [tookMs, events] of FIRST_DELIVERIES) {
  test(`aggregateWindows publishes ${events.length} events before its windows after ${tookMs} ms`, async () => {
    const rig = await rigOf(aTask("a"));
    rig.world = () => "refused";
    rig.bus.refuses = () => true;
    await rig.live(2);
    rig.bus.refuses = () => false;
    let nowMs = rig.nowMs + 25_000;
    const states = hooked(rig.states, "readRecords", () => {
      nowMs += tookMs;
    });
    const progress = brokenAt(rig.progress, "readProgress");
    await assert.rejects(rig.run({ states, progress, now: () => nowMs }));
    assert.deepEqual(rig.events, events);
  });
}

test("aggregateWindows sends a heartbeat for the last window of each run", async () => {
  const rig = await rigOf(aTask("a"));
  await rig.live(2);
  await rig.live(1, ["eu", "ap"]);
  await rig.live(1, ["eu", "ap"]);
  const beats = rig.bus.published.filter(
    ({ detailType }) => detailType === "Probe Fleet Heartbeat",
  );
  assertValid(beats);
  const reporting = beats.map(({ detail }) => Reflect.get(detail, "regions_reporting"));
  assert.deepEqual(reporting, [3, 3, 2]);
  assert.equal(rig.metrics[METRICS.aggregate.regionsMissing], 1);
});

test("aggregateWindows delivers pending events even if it can close no window", async () => {
  const rig = await rigOf(aTask("a"));
  rig.world = () => "refused";
  rig.bus.refuses = () => true;
  await rig.live(2);
  rig.bus.refuses = () => false;
  await rig.probe();
  await assert.rejects(rig.run({ progress: brokenAt(rig.progress, "beginWindow") }));
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
});

test("aggregateWindows judges a task no further while its record can hold no more pending events", async () => {
  const rig = await rigOf(aTask("a", { tags: { note: "x".repeat(60_000) } }));
  // An incident that flaps is held open, but each time that one region is down has its advisory.
  rig.world = (_task, region, at) =>
    region === "us" && Math.floor((at - minute(0)) / MINUTE_MS) % 6 < 3 ? "refused" : 10;
  rig.bus.refuses = () => true;
  await rig.live(40);
  const [record] = (await rig.states.readRecords()).records;
  assert.ok(JSON.stringify(record).length < 400_000);
  rig.bus.refuses = () => false;
  await rig.live(12);
  const sequences = rig.bus.published.flatMap(
    ({ detail }) => Reflect.get(detail, "sequence") ?? [],
  );
  assert.ok(sequences.length > 4);
  assert.deepEqual(
    sequences,
    Array.from(sequences, (_, i) => i + 1),
  );
});

test("aggregateWindows raises NO_DATA when every region is silent while home is there", async () => {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.live(3);
  await rig.live(5, []);
  assert.ok(rig.events.some((story) => story.includes("NO_DATA")));
});

test("aggregateWindows counts what was missed while the whole fleet was off, and raises no alert", async () => {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.live(3);
  rig.nowMs += 6 * MINUTE_MS;
  await rig.live(4);
  assert.equal(rig.summaryOf("a", minute(5))?.overall.missedCount, 8);
  assert.deepEqual(rig.events, []);
});
