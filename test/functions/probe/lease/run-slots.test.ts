import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Network } from "../../../../functions/probe/check/check.ts";
import { NO_LIMITS } from "../../../../functions/probe/check/check.ts";
import { runSlots } from "../../../../functions/probe/lease/run-slots.ts";
import type { ScheduledCheck } from "../../../../functions/probe/lease/scheduled-check.ts";
import { RunTally } from "../../../../functions/probe/lease/tally-run.ts";
import type { ProbeResult } from "../../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../../shared/slot/slot.ts";
import { aTask } from "../../../fakes/results.ts";
import { aRig, NOON, networkOf, openAfter } from "../rig.ts";

/** Runs these slots from noon on. */
async function run(slots: readonly number[], different: Partial<Network> = {}, isStopped = false) {
  const rig = aRig();
  const services = rig.startProcess();
  const { pacer } = services;
  const stop = new AbortController();
  if (isStopped) stop.abort();
  const tally = new RunTally(false, pacer);
  const network = { ...networkOf(openAfter(rig.clock, 20)), ...different };
  const ways = {
    network,
    admission: pacer,
    limiter: NO_LIMITS,
    observer: tally,
    signal: stop.signal,
  };
  const scheduled: ScheduledCheck[] = slots.map((slotAtMs, taskIndex) => ({
    task: aTask(`task ${taskIndex}`),
    taskIndex,
    slotAtMs,
  }));
  const kept: [string, ProbeResult][] = [];
  const running = runSlots(scheduled, { ...services, ...ways }, ({ task }, result) => {
    if (result !== null) kept.push([task.name, result]);
    return null;
  });
  return { rig, kept, running: rig.clock.run(running) };
}

describe("runSlots", () => {
  for (const [what, lateMs, resultCount] of [
    ["starts a check that is not due for a moment, at its instant", -1, 1],
    ["starts a check at its instant", 0, 1],
    ["starts a check that is late by all of the slack", SLOT_SLACK_MS, 1],
    ["skips a slot that is past its slack by a millisecond", SLOT_SLACK_MS + 1, 0],
  ] as const)
    it(what, async () => {
      const { kept, running } = await run([NOON - lateMs]);
      await running;
      assert.equal(kept.length, resultCount);
      for (const [, { startedAtMs }] of kept)
        assert.equal(startedAtMs, NOON + Math.max(0, -lateMs));
    });

  it("ends when the last check has ended, and keeps each result with its task", async () => {
    const { rig, kept, running } = await run([NOON, NOON + 5_000]);
    await running;
    assert.equal(rig.clock.now(), NOON + 5_020);
    assert.deepEqual(
      kept.map(([name, { taskIndex }]) => [name, taskIndex]),
      [
        ["task 0", 0],
        ["task 1", 1],
      ],
    );
  });

  it("ends at once if nothing is scheduled", async () => {
    const { rig, running } = await run([]);
    await running;
    assert.equal(rig.clock.now(), NOON);
  });

  it("starts nothing after its signal, and does not wait for the slots", async () => {
    const { rig, kept, running } = await run([NOON, NOON + 5_000], {}, true);
    await running;
    assert.equal(rig.clock.now(), NOON);
    assert.deepEqual(kept, []);
  });

  it("ends within seconds when the clock is set back by an hour, and keeps what it has", async () => {
    const { rig, kept, running } = await run([NOON, NOON + 30_000, NOON + 50_000]);
    void rig.clock.sleep(10_000).then(() => rig.clock.setBy(-3_600_000));
    await running;
    assert.equal(kept.length, 1);
    assert.ok(rig.clock.monotonic() <= 15_000);
  });

  it("starts each check at its instant when the clock is set back by less than the tolerance", async () => {
    const slots = [NOON, NOON + 30_000, NOON + 50_000];
    const { rig, kept, running } = await run(slots);
    void rig.clock.sleep(10_000).then(() => rig.clock.setBy(-40_000));
    await running;
    assert.deepEqual(
      kept.map(([, { startedAtMs }]) => startedAtMs),
      slots,
    );
    assert.ok(rig.clock.monotonic() < 91_000);
  });

  it("skips the slots that a clock has left behind when it is set forward", async () => {
    const slots = [NOON, NOON + 30_000, NOON + 50_000];
    const { rig, kept, running } = await run(slots);
    void rig.clock.sleep(10_000).then(() => rig.clock.setBy(40_000));
    await running;
    assert.deepEqual(
      kept.map(([, { startedAtMs }]) => startedAtMs - NOON),
      [0, 50_000],
    );
  });

  it("throws the first of its faults, after all checks have ended", async () => {
    let count = 0;
    const { kept, running } = await run([NOON, NOON + 1_000, NOON + 2_000], {
      resolve: () => {
        if (++count < 3) throw new Error(`fault ${count}`);
        return { kind: "resolved", addresses: ["1.1.1.1"], dnsTimeMs: null };
      },
    });
    await assert.rejects(running, { message: "fault 1" });
    assert.deepEqual(
      kept.map(([name]) => name),
      ["task 2"],
    );
  });

  it("throws what keeping a result threw, and keeps the others", async () => {
    const rig = aRig();
    const services = rig.startProcess();
    const observer = new RunTally(false, services.pacer);
    const network = networkOf(openAfter(rig.clock, 20));
    const ways = {
      network,
      admission: services.pacer,
      limiter: NO_LIMITS,
      observer,
      signal: services.stop,
    };
    const scheduled = [0, 1].map((taskIndex) => ({
      task: aTask("t"),
      taskIndex,
      slotAtMs: NOON + taskIndex,
    }));
    const kept: number[] = [];
    const running = runSlots(scheduled, { ...services, ...ways }, ({ taskIndex }) => {
      kept.push(taskIndex);
      if (taskIndex === 0) throw new Error("no room");
      return null;
    });
    await assert.rejects(rig.clock.run(running), { message: "no room" });
    assert.deepEqual(kept, [0, 1]);
  });
});
