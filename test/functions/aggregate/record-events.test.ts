import assert from "node:assert/strict";
import { test } from "node:test";
import { METRICS } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { brokenAt } from "../plan/broken.ts";
import { hooked, minute, Rig } from "./rig.ts";

const NAMES = Array.from({ length: 130 }, (_, i) => `task ${i}`);

/** A fleet of which every target has just gone down, before the run that sees it; not as a storm. */
async function fallenRig(names = NAMES): Promise<Rig> {
  const rig = new Rig(["eu", "us", "ap"]);
  await rig.settings.putSettings([{ key: "alerting", fields: { storm_tasks: 1_000 } }]);
  await rig.plan(names.map((name) => aTask(name)));
  await rig.begin();
  rig.world = () => "refused";
  await rig.probe();
  rig.nowMs = minute(1);
  return rig;
}

async function historyOf(rig: Rig): Promise<string[]> {
  const all = { sinceMs: 0, untilMs: rig.nowMs + MINUTE_MS, limit: 1_000, taskName: null };
  return (await rig.history.readHistory(all)).events.map(({ id }) => id);
}

function alertIds(rig: Rig): string[] {
  return rig.bus.published.flatMap(({ id, detail }) => ("task_name" in detail ? id : []));
}

/** The store, which notes the ids of every write. */
function noting(rig: Rig, writes: string[][]) {
  return {
    putHistory: async (events: readonly OutgoingEvent[]) => {
      writes.push(events.map(({ id }) => id));
      return rig.history.putHistory(events);
    },
  };
}

test("aggregateWindows publishes every event before it writes the first to the history", async () => {
  const rig = await fallenRig();
  const publishedBefore: number[] = [];
  const history = hooked(rig.history, "putHistory", () => {
    publishedBefore.push(alertIds(rig).length);
  });
  await rig.run({ history });
  assert.equal(publishedBefore[0], NAMES.length);
  assert.deepEqual((await historyOf(rig)).sort(), alertIds(rig).sort());
});

test("aggregateWindows writes no event to the history twice, in whichever run", async () => {
  const rig = await fallenRig();
  const writes: string[][] = [];
  await rig.run({ history: noting(rig, writes) });
  await rig.probe();
  rig.nowMs = minute(2);
  await rig.run({ history: noting(rig, writes) });
  assert.equal(writes.flat().length, NAMES.length);
  assert.equal(new Set(writes.flat()).size, NAMES.length);
});

test("aggregateWindows publishes and acknowledges all the same if the history can't be written", async () => {
  const rig = await fallenRig(["a", "b"]);
  await assert.rejects(rig.run({ history: brokenAt(rig.history, "putHistory") }), /putHistory/);
  assert.equal(alertIds(rig).length, 2);
  assert.equal(rig.metrics[METRICS.aggregate.outboxDepth], 0, "the run has no log line");
  assert.equal(rig.lines.at(-1)?.unrecorded, 2);
  rig.nowMs = minute(2);
  await rig.run();
  assert.equal(alertIds(rig).length, 2, "an event is published twice");
  assert.deepEqual((await historyOf(rig)).sort(), alertIds(rig).sort());
});

test("aggregateWindows ends its history in time, and the next run goes on from there", async () => {
  const rig = await fallenRig();
  let nowMs = rig.nowMs + 25_000;
  const slow = hooked(rig.history, "putHistory", () => {
    nowMs += 20_000;
  });
  await rig.run({ history: slow, now: () => nowMs });
  const first = (await historyOf(rig)).length;
  assert.ok(first > 0 && first < NAMES.length, `${first} in the first run`);
  rig.nowMs = minute(2);
  await rig.run();
  assert.deepEqual((await historyOf(rig)).sort(), alertIds(rig).sort());
});

test("aggregateWindows records an event that the bus refuses, once", async () => {
  const rig = await fallenRig(["a"]);
  rig.bus.refuses = ({ detail }) => "task_name" in detail;
  const writes: string[][] = [];
  for (let i = 1; i < 4; i++, rig.nowMs = minute(i)) {
    await rig.run({ history: noting(rig, writes) });
    await rig.probe();
  }
  assert.equal(writes.flat().length, 1);
  rig.bus.refuses = () => false;
  await rig.run({ history: noting(rig, writes) });
  assert.deepEqual([alertIds(rig).length, writes.flat().length], [1, 1]);
});

test("aggregateWindows judges on in the next run what it had no time for, and tells each once", async () => {
  const rig = await fallenRig();
  let nowMs = rig.nowMs + 25_000;
  const slow = hooked(rig.states, "putRecord", () => {
    nowMs += 700;
  });
  await rig.run({ states: slow, now: () => nowMs });
  const { records } = await rig.states.readRecords();
  assert.ok(records.length > 0 && records.length < NAMES.length, `${records.length} judged`);
  assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(0));
  rig.nowMs = minute(2);
  await rig.run();
  assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(2));
  assert.equal(alertIds(rig).length, NAMES.length);
  assert.deepEqual((await historyOf(rig)).sort(), alertIds(rig).sort());
});

test("aggregateWindows tells of an outage although the summaries can't be written", async () => {
  const rig = await fallenRig(["a"]);
  await assert.rejects(rig.run({ summaries: brokenAt(rig.summaries, "putSummaries") }));
  assert.equal(alertIds(rig).length, 1);
  rig.nowMs = minute(2);
  await rig.run();
  assert.ok(rig.summaryOf("a", minute(0)));
  assert.equal(alertIds(rig).length, 1);
});

test("aggregateWindows publishes what a window decided before it reads on when it catches up", async () => {
  const rig = await fallenRig(["a"]);
  await rig.probe();
  rig.nowMs = minute(2);
  const story: string[] = [];
  const progress = hooked(rig.progress, "beginWindow", () => {
    story.push(`window, ${alertIds(rig).length} told`);
  });
  await rig.run({ progress });
  assert.deepEqual(story, ["window, 0 told", "window, 1 told"]);
});
