import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoredChunk } from "../../../../functions/ports/chunk-store.ts";
import { continueLease, runLease } from "../../../../functions/probe/lease/lease.ts";
import type { NextBurst } from "../../../../shared/request/request.ts";
import { slotsOfTerm } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { FakeBurstRelay, type MessageFate, SENT } from "../../../fakes/burst-relay.ts";
import { aTask } from "../../../fakes/results.ts";
import {
  aRig,
  connectBy,
  interrupted,
  NOON,
  networkOf,
  openAfter,
  type RigProcess,
  STAGGER,
  storedChunks,
  storedResults,
  storePlan,
} from "../rig.ts";

const TERM = { fromMs: NOON, toMs: NOON + 60_000 };
const BURST_MS = 1_000;
const TASKS = ["a", "b", "c"].map((name) => aTask(name, { scheduleMs: 20_000 }));

/** A burst of these begins with every third of a minute, and the stagger. */
function dueSlots(tasks: readonly Task[] = TASKS): number[] {
  const timetable = { staggerPermille: STAGGER, burstMs: BURST_MS };
  return tasks.flatMap((task) => slotsOfTerm(task, timetable, TERM)).sort();
}

interface Setup {
  readonly fateOf?: (count: number) => MessageFate;
  readonly tasks?: readonly Task[];
  readonly connectMs?: number;
  readonly different?: Partial<RigProcess>;
  /** Which process gets a message; the one that runs the term if it is not said. */
  readonly isElsewhere?: boolean;
}

/** Runs a minute with a queue. */
async function runMinute(setup: Setup = {}) {
  const { fateOf, tasks = TASKS, connectMs = 20, different, isElsewhere = false } = setup;
  const rig = aRig();
  const openNetwork = () => networkOf(openAfter(rig.clock, connectMs));
  const deliver = (next: NextBurst) => continueLease(next, isElsewhere ? other : process);
  const relay = new FakeBurstRelay(rig.clock, deliver, fateOf);
  const process = rig.startProcess({ openNetwork, bursts: relay, ...different });
  const other = rig.startProcess({ openNetwork, bursts: relay });
  await storePlan(rig, tasks, { burstMs: BURST_MS });
  const began = rig.clock.now();
  let ranMs = 0;
  const term = runLease(0, process).then(() => {
    ranMs = rig.clock.now() - began;
  });
  await rig.clock.run(term.then(() => relay.drained()));
  const results = await storedResults(rig);
  return { rig, relay, process, results, ranMs, slots: results.map((r) => r.slotAtMs).sort() };
}

describe("a term that is handed over between its bursts", () => {
  for (const isElsewhere of [false, true])
    it(`has each slot once and at its instant, ${isElsewhere ? "also in another process" : "in one process"}`, async () => {
      const { rig, relay, results, slots, ranMs } = await runMinute({ isElsewhere });
      assert.deepEqual(slots, dueSlots());
      for (const { startedAtMs, slotAtMs } of results) assert.equal(startedAtMs, slotAtMs);
      // The first burst begins 6.66 s after the term, so it comes with a message too.
      assert.equal(relay.sent.length, 3);
      assert.equal(ranMs, 0);
      for (const { next, delayMs } of relay.sent) {
        assert.ok(slots.includes(next.fromMs));
        assert.ok(delayMs >= 3_000);
      }
      const chunks = await storedChunks(rig);
      assert.deepEqual(
        chunks.map(({ part, termFromMs }) => [part, termFromMs]),
        [0, 1, 2].map((part) => [part, NOON]),
      );
      const told = rig.lines.map(({ burstFromMs, handedOver, idle, metrics }) => [
        typeof burstFromMs,
        handedOver,
        idle,
        metrics.Missed,
        metrics.Attempts,
      ]);
      assert.deepEqual(told, [
        ["undefined", 9, undefined, 0, 0],
        ["number", 6, undefined, 0, 3],
        ["number", 3, undefined, 0, 3],
        ["number", undefined, undefined, 0, 3],
      ]);
    });

  it("stores slots by the plan in each burst", async () => {
    const rig = aRig();
    const plans: unknown[] = [];
    const putChunk = (chunk: StoredChunk) => {
      plans.push(chunk.plan);
      return rig.chunks.putChunk(chunk);
    };
    const results = { putChunk, readChunks: rig.chunks.readChunks.bind(rig.chunks) };
    const relay = new FakeBurstRelay(rig.clock, (next) => continueLease(next, process));
    const process = rig.startProcess({ bursts: relay, results });
    await storePlan(rig, TASKS, { burstMs: BURST_MS });
    const manifest = await rig.plans.readManifest();
    assert.ok(manifest);
    await rig.plans.writeManifest({ ...manifest, plannedSlots: true });
    await rig.clock.run(runLease(0, process).then(() => relay.drained()));
    const plan = { tasks: TASKS, timetable: { staggerPermille: STAGGER, burstMs: BURST_MS } };
    assert.deepEqual(plans, [plan, plan, plan]);
  });

  it("is awake for seconds of the minute", async () => {
    let awakeMs = 0;
    const rig = aRig();
    const timed = async (work: () => Promise<void>) => {
      const from = rig.clock.now();
      await work();
      awakeMs += rig.clock.now() - from;
    };
    const relay = new FakeBurstRelay(rig.clock, (next) =>
      timed(() => continueLease(next, process)),
    );
    const process = rig.startProcess({ bursts: relay });
    await storePlan(rig, TASKS, { burstMs: BURST_MS });
    await rig.clock.run(timed(() => runLease(0, process)).then(() => relay.drained()));
    assert.ok(awakeMs < 3 * (3_000 + BURST_MS + 20), `${awakeMs} ms`);
  });

  for (const [what, fateOf, messages] of [
    ["waits itself if no message can be sent", () => ({ answer: "failed", lateMs: [] }), 3],
    [
      "does each check once if the answer is lost and the message comes all the same",
      () => ({ answer: "failed", lateMs: [0] }),
      3,
    ],
    ["ignores a second delivery", () => ({ answer: "sent", lateMs: [0, 300, 70_000] }), 3],
    [
      "goes on with the next message if one could not be sent",
      (count: number) => (count === 1 ? { answer: "failed", lateMs: [] } : SENT),
      3,
    ],
  ] as const satisfies readonly (readonly [string, (count: number) => MessageFate, number])[])
    it(what, async () => {
      const { relay, slots, rig } = await runMinute({ fateOf });
      assert.deepEqual(slots, dueSlots());
      assert.equal(relay.sent.length, messages);
      const missed = rig.lines.map(({ metrics }) => metrics.Missed ?? 0);
      assert.equal(Math.max(...missed), 0);
    });

  it("makes of a late message what is not past its slack, and no more", async () => {
    const lateMs = 6_500;
    const { slots, rig } = await runMinute({
      fateOf: () => ({ answer: "sent", lateMs: [lateMs] }),
    });
    const due = new Set(dueSlots());
    assert.ok(slots.every((slot) => due.has(slot)));
    assert.equal(new Set(slots).size, slots.length);
    const missed = rig.lines.reduce((sum, { metrics }) => sum + (metrics.Missed ?? 0), 0);
    assert.equal(slots.length + missed, due.size);
  });

  it("loses the rest with a message that is lost, and waits itself for an hour then", async () => {
    const { rig, process, slots } = await runMinute({
      fateOf: (count) => (count === 1 ? { answer: "sent", lateMs: [] } : SENT),
    });
    assert.deepEqual(slots, dueSlots().slice(0, 3));
    const minutes = [1, 2, 59, 61].map(async (minute) => {
      await rig.clock.sleep(NOON + minute * 60_000 - rig.clock.now());
      await runLease(0, process);
      const line = rig.lines.at(-1);
      return [minute, line?.handedOver, line?.queue];
    });
    const lost = "A message was not delivered: the probe waits";
    assert.deepEqual(await rig.clock.run(Promise.all(minutes)), [
      [1, undefined, lost],
      [2, undefined, lost],
      [59, undefined, lost],
      [61, 9, undefined],
    ]);
  });

  it("does not hand over while a check goes on", async () => {
    // From one burst to the next it waits for an answer.
    const tasks = TASKS.map((task) => ({ ...task, timeoutMs: 20_000 }));
    const { relay, slots } = await runMinute({ tasks, connectMs: 16_000 });
    assert.deepEqual(slots, dueSlots(tasks));
    assert.equal(relay.sent.length, 1);
  });

  it("does not hand over what is not stored", async () => {
    const rig = aRig();
    let isAway = true;
    const results = interrupted(rig.chunks, async () => {
      if (isAway) throw new Error("away");
    });
    const relay = new FakeBurstRelay(rig.clock, (next) => continueLease(next, process));
    const process = rig.startProcess({ bursts: relay, results });
    await storePlan(rig, TASKS, { burstMs: BURST_MS });
    const back = rig.clock.sleep(22_000).then(() => {
      isAway = false;
    });
    await rig.clock.run(Promise.all([back, runLease(0, process)]).then(() => relay.drained()));
    const slots = (await storedResults(rig)).map(({ slotAtMs }) => slotAtMs);
    assert.deepEqual(slots.sort(), dueSlots());
    // Before the first burst, and between the second and the third.
    assert.equal(relay.sent.length, 2);
  });

  it("runs what its lease says, though the plan has changed meanwhile", async () => {
    const rig = aRig();
    const relay = new FakeBurstRelay(rig.clock, (next) =>
      continueLease(next, rig.startProcess({ bursts: relay })),
    );
    await storePlan(rig, TASKS, { burstMs: BURST_MS });
    const change = rig.clock
      .sleep(10_000)
      .then(() => storePlan(rig, [aTask("other", { scheduleMs: 7_000 })]));
    const term = runLease(0, rig.startProcess({ bursts: relay }));
    await rig.clock.run(Promise.all([change, term]).then(() => relay.drained()));
    const slots = (await storedResults(rig)).map(({ slotAtMs }) => slotAtMs);
    assert.deepEqual(slots.sort(), dueSlots());
  });

  it("checks again within the same run what fails", async () => {
    const rig = aRig();
    const relay = new FakeBurstRelay(rig.clock, (next) => continueLease(next, process));
    const fail = connectBy(async () => ({ kind: "failed", code: "ECONNREFUSED" }));
    const process = rig.startProcess({ bursts: relay, openNetwork: () => networkOf(fail) });
    await storePlan(rig, TASKS, { burstMs: BURST_MS, alertDefaults: { recheckSeconds: [5, 10] } });
    await rig.clock.run(runLease(0, process).then(() => relay.drained()));
    const results = await storedResults(rig);
    assert.equal(results.filter(({ recheck }) => !recheck).length, dueSlots().length);
    assert.ok(results.some(({ recheck }) => recheck));
    assert.ok(rig.hints.length > 0);
    assert.equal(new Set(results.map((r) => `${r.taskIndex} ${r.slotAtMs}`)).size, results.length);
  });

  for (const [what, next, reason] of [
    ["of a term that nobody claimed", { termFromMs: NOON + 1 }, "The lease has no such term"],
    ["of a shard without a lease", { shard: 1 }, "The lease has no such term"],
    ["where no queue is known", {}, "Nothing is known of a queue"],
  ] as const)
    it(`does nothing with a message ${what}`, async () => {
      const rig = aRig();
      await storePlan(rig, TASKS, { burstMs: BURST_MS });
      const relay = new FakeBurstRelay(rig.clock, async () => undefined);
      await rig.clock.run(runLease(0, rig.startProcess({ bursts: relay })));
      const [first] = relay.sent;
      assert.ok(first !== undefined);
      const process = rig.startProcess(reason.includes("queue") ? {} : { bursts: relay });
      await rig.clock.run(continueLease({ ...first.next, ...next }, process));
      assert.equal(rig.lines.at(-1)?.idle, reason);
      assert.deepEqual(await storedResults(rig), []);
    });
});
