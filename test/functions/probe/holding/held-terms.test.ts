import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runLease } from "../../../../functions/probe/lease/lease.ts";
import { NO_FIGURES, type ProbeResult } from "../../../../shared/result/result.ts";
import { slotsOfTerm } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { NOON, STAGGER, storedChunks, storedResults, storePlan } from "../rig.ts";
import { aHeldRig, aHeldTask, MINUTE, runMinutes } from "./held-rig.ts";

const FIRST_TERM = { fromMs: NOON, toMs: NOON + MINUTE };

/** A name whose first slot is in the first term. */
function nameWithSlot(scheduleMs: number, beforeMs = MINUTE): string {
  const has = (name: string) =>
    slotsOfTerm({ name, scheduleMs }, { staggerPermille: STAGGER }, FIRST_TERM).some(
      (slot) => slot < NOON + beforeMs,
    );
  for (let i = 0; ; i++) if (has(`held-${i}`)) return `held-${i}`;
}

const NAME = nameWithSlot(60 * MINUTE);
const [SLOT = 0] = slotsOfTerm(
  { name: NAME, scheduleMs: 60 * MINUTE },
  { staggerPermille: STAGGER },
  FIRST_TERM,
);
const HOUR_HELD = aHeldTask(NAME, 60 * MINUTE);

function instantsOf(results: readonly ProbeResult[]): number[] {
  return results.map(({ slotAtMs }) => slotAtMs - SLOT);
}

/** Whole minutes from `from` to before `to`. */
function minutes(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => (from + i) * MINUTE);
}

describe("a held task in a process that is always on", () => {
  it("gives a sample when it is established and one a minute, each under the term that runs", async () => {
    const rig = aHeldRig(true);
    await storePlan(rig, [HOUR_HELD]);
    await runMinutes(rig, 60);
    const results = await storedResults(rig);
    assert.deepEqual(instantsOf(results), minutes(0, 60));
    const [first, ...later] = results;
    assert.equal(first?.connectTimeMs, 20);
    for (const result of later) {
      const { heldMs, connectTimeMs, outcome, recheck, startedAtMs, slotAtMs } = result;
      assert.deepEqual([connectTimeMs, outcome, recheck], [null, "open", false]);
      assert.equal(startedAtMs, slotAtMs);
      assert.equal(heldMs, slotAtMs - SLOT - 20);
      assert.deepEqual({ ...NO_FIGURES, heldMs }, figuresOf(result));
    }
    for (const { termFromMs, results: own } of await storedChunks(rig))
      for (const { slotAtMs } of own)
        assert.ok(slotAtMs >= termFromMs && slotAtMs < termFromMs + MINUTE);
    const metrics = rig.lines.map((line) => line.metrics);
    assert.equal(
      metrics.reduce((sum, { Missed = 0 }) => sum + Missed, 0),
      0,
    );
    assert.equal(metrics[30]?.HeldConnectionsPeak, 1);
    assert.equal(metrics[30]?.Attempts, 1);
  });

  it("is ended by its next slot, which has its own result", async () => {
    const rig = aHeldRig(true);
    await storePlan(rig, [HOUR_HELD]);
    await runMinutes(rig, 62);
    const results = await storedResults(rig);
    assert.deepEqual(instantsOf(results), minutes(0, 62));
    assert.equal(results[60]?.connectTimeMs, 20);
    assert.deepEqual(
      rig.traces.map(({ fromMs, toMs, isStopped }) => [
        fromMs - SLOT,
        toMs && toMs - SLOT,
        isStopped,
      ]),
      [
        [20, 60 * MINUTE, true],
        [60 * MINUTE + 20, null, false],
      ],
    );
  });

  it("tells of its own end, which passes", async () => {
    const rig = aHeldRig(true);
    await storePlan(rig, [aHeldTask(NAME, 90_000)]);
    await runMinutes(rig, 4);
    const results = await storedResults(rig);
    assert.deepEqual(instantsOf(results), [0, MINUTE, 90_020]);
    const { outcome, heldMs, detail } = results.at(-1) ?? {};
    assert.deepEqual([outcome, heldMs, detail], ["open", 90_000, { holdEnd: "ours" }]);
  });

  it("tells of an early end at once, which fails, and is checked again without being held", async () => {
    const rig = aHeldRig(true, { cutAfterMs: 100_000 });
    await storePlan(rig, [HOUR_HELD], { alertDefaults: {} });
    await runMinutes(rig, 5);
    const results = await storedResults(rig);
    const ends = results.filter(({ outcome }) => outcome !== "open");
    assert.deepEqual(instantsOf(ends), [100_020]);
    const [{ outcome, errorCode, heldMs, detail, connectTimeMs } = {} as ProbeResult] = ends;
    assert.deepEqual(
      [outcome, errorCode, heldMs, connectTimeMs],
      ["closed_early", "RST", 100_000, null],
    );
    assert.deepEqual(detail, { failedPhase: "hold", holdEnd: "reset" });
    const rechecks = results.filter(({ recheck }) => recheck);
    assert.deepEqual(instantsOf(rechecks), [105_020]);
    assert.equal(rig.traces.length, 1);
    assert.equal(rig.hints.length, 1, "home hears of a slow task's first failure at once");
    assert.ok((rig.hints[0]?.atMs ?? 0) - SLOT < 101_000);
  });

  it("ends a connection politely whose task has changed or left the plan, and tells nothing", async () => {
    for (const next of [[aHeldTask(NAME, 59 * MINUTE)], []] as Task[][]) {
      const rig = aHeldRig(true);
      await storePlan(rig, [HOUR_HELD]);
      await runMinutes(rig, 4, async () => {
        await rig.clock.sleep(100_000);
        await storePlan(rig, next);
      });
      assert.deepEqual(instantsOf(await storedResults(rig)), [0, MINUTE]);
      assert.deepEqual(
        rig.traces.map(({ toMs, isStopped }) => [toMs, isStopped]),
        [[NOON + 2 * MINUTE, true]],
      );
    }
  });

  it("goes on under a new bundle if its own task is the same, by its new place", async () => {
    const rig = aHeldRig(true);
    await storePlan(rig, [HOUR_HELD]);
    const other = { ...aHeldTask("another", MINUTE), enabled: true, scheduleMs: 24 * 60 * MINUTE };
    await runMinutes(rig, 4, async () => {
      await rig.clock.sleep(100_000);
      await storePlan(rig, [other, { ...HOUR_HELD }]);
    });
    const results = await storedResults(rig);
    assert.deepEqual(instantsOf(results), minutes(0, 4));
    assert.deepEqual(
      results.map(({ taskIndex }) => taskIndex),
      [0, 0, 1, 1],
    );
  });

  it("tells in the next term of an end that came between two terms, and nothing of the minutes", async () => {
    const rig = aHeldRig(true, { cutAfterMs: 200_000 });
    await storePlan(rig, [HOUR_HELD]);
    await rig.clock.run(runLease(0, rig.process));
    await rig.clock.run(rig.clock.sleep(5 * MINUTE));
    const beganMs = rig.clock.now();
    await rig.clock.run(runLease(0, rig.process));
    const results = await storedResults(rig);
    assert.deepEqual(
      results.map(({ slotAtMs, outcome }) => [slotAtMs, outcome]),
      [
        [SLOT, "open"],
        [beganMs - (beganMs % 1_000), "closed_early"],
      ],
    );
  });

  it("tells in a term that begins late of the minute before it began", async () => {
    const early = nameWithSlot(60 * MINUTE, 2_000);
    const rig = aHeldRig(true);
    await storePlan(rig, [aHeldTask(early, 60 * MINUTE)]);
    const late = async () => {
      await rig.clock.sleep(MINUTE + 2_500);
      await runLease(0, rig.process);
    };
    await runMinutes(rig, 1, late);
    const [first, second, ...more] = await storedResults(rig);
    assert.deepEqual(more, []);
    assert.equal(second?.slotAtMs, (first?.slotAtMs ?? 0) + MINUTE);
    assert.equal(second?.heldMs, MINUTE - 20);
  });

  it("is closed with a goodbye when the process is told to end, and its run waits for that", async () => {
    const rig = aHeldRig(true);
    await storePlan(rig, [HOUR_HELD]);
    await runMinutes(rig, 1, async () => {
      await rig.clock.sleep(30_000);
      rig.stop.abort();
    });
    assert.deepEqual(
      rig.traces.map(({ isStopped, toMs }) => [isStopped, toMs]),
      [[true, NOON + 30_000]],
    );
    assert.ok(rig.clock.now() <= NOON + 32_000);
    assert.deepEqual(instantsOf(await storedResults(rig)), [0]);
    await rig.clock.run(rig.clock.sleep(100));
    assert.equal(rig.clock.sleeperCount, 0);
  });

  it("is ended when the clock was set back: its minutes come again", async () => {
    const rig = aHeldRig(true);
    await storePlan(rig, [HOUR_HELD]);
    await runMinutes(rig, 2, async () => {
      await rig.clock.sleep(90_000);
      rig.clock.setBy(-10 * MINUTE);
      await rig.clock.sleep(6_000);
    });
    assert.equal(rig.traces[0]?.isStopped, true);
    assert.deepEqual(instantsOf(await storedResults(rig)), [0, MINUTE]);
  });
});

describe("a held task on Lambda", () => {
  const task = aHeldTask(NAME, 50_000);

  it("has its run wait for its end, and tells of that", async () => {
    const rig = aHeldRig(false);
    await storePlan(rig, [task]);
    await rig.clock.run(runLease(0, rig.process));
    assert.deepEqual(instantsOf(await storedResults(rig)), [0, 50_020]);
    assert.ok(rig.clock.now() - SLOT < 51_000);
    assert.equal(rig.traces[0]?.isStopped, false);
  });

  it("is unsupported if it is to be held longer than a run can wait", async () => {
    const rig = aHeldRig(false);
    await storePlan(rig, [aHeldTask(NAME, 50_001)]);
    await rig.clock.run(runLease(0, rig.process));
    assert.deepEqual(
      (await storedResults(rig)).map(({ outcome }) => outcome),
      ["unsupported"],
    );
    assert.equal(rig.traces.length, 0);
  });

  it("makes rechecks after an early end within the run", async () => {
    const rig = aHeldRig(false, { cutAfterMs: 45_000 });
    await storePlan(rig, [task], { alertDefaults: {} });
    await rig.clock.run(runLease(0, rig.process));
    const results = await storedResults(rig);
    assert.deepEqual(instantsOf(results), [0, 45_020, 50_020]);
    assert.deepEqual(
      results.map(({ outcome, recheck }) => [outcome, recheck]),
      [
        ["open", false],
        ["closed_early", false],
        ["open", true],
      ],
    );
  });

  it("keeps a task of less than a minute within its slots", async () => {
    const rig = aHeldRig(false);
    const quick = aHeldTask("quick", 20_000, { scheduleMs: 20_000 });
    await storePlan(rig, [quick]);
    await rig.clock.run(runLease(0, rig.process));
    const slots = slotsOfTerm(quick, { staggerPermille: STAGGER }, FIRST_TERM);
    const results = await storedResults(rig);
    const own = results.filter(({ connectTimeMs }) => connectTimeMs !== null);
    assert.deepEqual(
      own.map(({ slotAtMs }) => slotAtMs),
      slots,
    );
    assert.equal(new Set(results.map(({ slotAtMs }) => slotAtMs)).size, results.length);
    assert.ok(rig.traces.every(({ toMs }) => toMs !== null));
  });
});

function figuresOf(result: ProbeResult) {
  const fields = Object.keys(NO_FIGURES) as (keyof typeof NO_FIGURES)[];
  return Object.fromEntries(fields.map((field) => [field, result[field]]));
}
