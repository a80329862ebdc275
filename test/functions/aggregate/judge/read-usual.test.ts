import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { readMemory } from "../../../../functions/aggregate/judge/judge.ts";
import { readUsual } from "../../../../functions/aggregate/judge/read-usual.ts";
import type { SummaryStore } from "../../../../functions/ports/summary-store.ts";
import { aTask } from "../../../fakes/results.ts";
import { hooked, minute, NOON, Rig, type World } from "../rig.ts";

/** A fleet with one task that answers after these times. */
async function rigOf(world: World, ...names: readonly string[]): Promise<Rig> {
  const rig = new Rig(["eu"]);
  rig.world = world;
  await rig.plan(names.map((name) => aTask(name)));
  await rig.begin();
  return rig;
}

/** Lets minutes pass, each run with summaries that can't be read. */
async function liveWithout(rig: Rig, minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    await rig.probe();
    const fail = () => {
      throw new Error("no answer");
    };
    await rig.run({ summaries: hooked<SummaryStore>(rig.summaries, "readMinutes", fail) });
    rig.nowMs += 60_000;
  }
}

describe("readUsual", () => {
  it("says of a target that is far from the start that this is usual", async () => {
    const rig = await rigOf(() => 260, "far");
    await rig.live(40);
    assert.deepEqual(rig.events, []);
    const { records } = await rig.states.readRecords();
    assert.equal(records[0]?.state.trends.usual?.regions.eu, 260);
    assert.equal(records[0]?.state.trends.slow, null);
  });

  it("is beaten by a rise: five minutes later the task is slow", async () => {
    const rig = await rigOf((_task, _region, at) => (at < minute(60) ? 30 : 200), "risen");
    await rig.live(70);
    assert.deepEqual(rig.events, ["risen: OK to WARNING"]);
    const [event] = rig.bus.published.filter(({ detail }) => "reason" in detail);
    assert.equal(Reflect.get(event?.detail ?? {}, "reason"), "avg_connect_time_ms");
  });

  it("is only told when the summaries can't be read: then the limit alone counts", async () => {
    const rig = await rigOf(() => 260, "far");
    await liveWithout(rig, 20);
    assert.deepEqual(rig.events, ["far: OK to WARNING"]);
    const faults = rig.lines.flatMap(({ faults: told = [] }) => told);
    const expected = "The usual connect times of a task can't be read: Error: no answer";
    assert.ok(faults.length > 0 && faults.every((fault) => fault === expected), `${faults}`);
  });

  it("is waited for two seconds, and no further read is begun then", async () => {
    const names = Array.from({ length: 7 }, (_, i) => `far ${i}`);
    const rig = await rigOf(() => 260, ...names);
    await liveWithout(rig, 3);
    const memory = await readMemory(rig.services());
    const delays: number[] = [];
    const asked: string[] = [];
    const waiting = new Map<string, () => void>();
    const summaries = {
      ...rig.summaries,
      readMinutes: async (name: string) => {
        asked.push(name);
        if (name !== "far 0") await new Promise<void>((resolve) => waiting.set(name, resolve));
        return [];
      },
    };
    const sleep = async (ms: number) => {
      delays.push(ms);
      await setImmediate();
    };
    const services = rig.services({ summaries: summaries as unknown as SummaryStore, sleep });
    const read = await readUsual(services, memory, { fromMs: NOON, toMs: minute(10) });
    assert.deepEqual([...read.keys()], ["far 0"]);
    assert.deepEqual(delays, [2_000]);
    assert.ok(memory.faults.has("The usual connect times of tasks can't be read within 2000 ms"));
    for (const answer of waiting.values()) answer();
    await setImmediate();
    assert.equal(asked.length, 6);
    assert.equal(read.size, 1);
  });

  it("reads of twenty tasks, those that have waited longest first, and of none that is well", async () => {
    const names = Array.from({ length: 25 }, (_, i) => `far ${i}`);
    const rig = await rigOf(({ name }) => (name === "near" ? 10 : 260), ...names, "near");
    await liveWithout(rig, 3);
    const memory = await readMemory(rig.services());
    const read = await readUsual(rig.services(), memory, { fromMs: NOON, toMs: minute(10) });
    assert.equal(read.size, 20);
    assert.ok(!read.has("near"));
  });
});
