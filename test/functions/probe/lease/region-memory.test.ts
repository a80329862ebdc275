import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RegionMemory } from "../../../../functions/probe/lease/region-memory.ts";
import { DEFAULT_ALERT_POLICY } from "../../../../shared/health/rules/rules.ts";
import type { Verdict } from "../../../../shared/result/result.ts";
import { aTask } from "../../../fakes/results.ts";
import { NOON } from "../rig.ts";

const POLICY = { ...DEFAULT_ALERT_POLICY, failureThreshold: 2 };
const TASK = aTask("t", { scheduleMs: 60_000 });

function aMemory() {
  const memory = new RegionMemory();
  const see = (second: number, verdict: Verdict, task = TASK) =>
    memory.advance(task, { atMs: NOON + second * 1_000, verdict, isRecheck: false }, POLICY);
  const down = () => {
    see(0, "failed");
    return see(1, "failed").after.status;
  };
  return { memory, see, down };
}

describe("RegionMemory", () => {
  it("is quiet about a task until it fails, and again when it has passed", () => {
    const { memory, see, down } = aMemory();
    assert.equal(memory.isQuiet("t"), true);
    see(-60, "failed");
    assert.equal(memory.isQuiet("t"), false);
    see(-30, "passed");
    assert.equal(memory.isQuiet("t"), true);
    assert.equal(down(), "unhealthy");
    assert.equal(memory.isQuiet("t"), false);
  });

  it("keeps each task by its name", () => {
    const { memory, down } = aMemory();
    down();
    assert.equal(memory.isQuiet("other"), true);
  });

  for (const [seconds, scheduleMs, status] of [
    [150, 15_000, "unhealthy"],
    [151, 15_000, "healthy"],
    [600, 300_000, "unhealthy"],
    [601, 300_000, "healthy"],
  ] as const)
    it(`takes a region for ${status} ${seconds} s after it was down, on a schedule of ${scheduleMs} ms`, () => {
      const { see, down } = aMemory();
      down();
      const { before } = see(1 + seconds, "failed", { ...TASK, scheduleMs });
      assert.equal(before.status, status);
      assert.notEqual(before.share, null);
    });

  it("begins anew after the clock was set back", () => {
    const { see, down } = aMemory();
    down();
    assert.deepEqual(see(-3_600, "failed").before.status, "healthy");
    assert.equal(see(-3_599, "failed").after.status, "unhealthy");
  });

  it("forgets what is an hour old, and what is ahead", () => {
    for (const nowMs of [NOON + 3_601_001, NOON - 300_000]) {
      const { memory, down } = aMemory();
      down();
      memory.forgetOld(NOON + 60_000);
      assert.equal(memory.isQuiet("t"), false);
      memory.forgetOld(nowMs);
      assert.equal(memory.isQuiet("t"), true);
    }
  });
});
