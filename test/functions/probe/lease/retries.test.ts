import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runLease } from "../../../../functions/probe/lease/lease.ts";
import { slotsOfTerm } from "../../../../shared/slot/slot.ts";
import { needsOfDeep, type RetrySettings, type Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import {
  aRig,
  connectBy,
  NOON,
  networkOf,
  type Rig,
  STAGGER,
  storedResults,
  storePlan,
} from "../rig.ts";

const RETRY: RetrySettings = {
  maxAttempts: 3,
  initialBackoffMs: 2_000,
  multiplier: 2,
  maxBackoffMs: 30_000,
  jitter: 0,
};

function retried(different: Partial<Task> = {}): Task {
  const deep = { retry: RETRY };
  return aTask("t", { ...deep, ...needsOfDeep(deep), scheduleMs: 20_000, ...different });
}

/** A network whose connects are refused, but for those of these numbers. */
function refusedBut(rig: Rig, open: readonly number[], seen: number[] = []) {
  return networkOf(
    connectBy(async (_, signal) => {
      const at = seen.push(rig.clock.now()) - 1;
      await rig.clock.sleep(10, signal);
      if (signal.aborted) return null;
      if (!open.includes(at % 3)) return { kind: "failed", code: "ECONNREFUSED" };
      const handshake = { connectTimeMs: 10, elapsedMs: 10, synRetransmits: 0, suspect: false };
      return { kind: "open", handshake: { ...handshake, timing: "user" } };
    }),
  );
}

describe("runLease with a task that retries", () => {
  it("stores one result a slot, which says how many attempts it took", async () => {
    const rig = aRig();
    await storePlan(rig, [retried()]);
    const openNetwork = () => refusedBut(rig, [2]);
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork })));
    const results = await storedResults(rig);
    assert.equal(results.length, 3);
    for (const { outcome, retryCount, detail, slotAtMs, startedAtMs } of results) {
      assert.equal(outcome, "open");
      assert.equal(retryCount, 2);
      assert.deepEqual(detail, { retried: ["refused", "refused"] });
      assert.equal(startedAtMs - slotAtMs, 6_020);
    }
    const { Attempts, Failures, Missed, SlotLagMs } = rig.lines[0]?.metrics ?? {};
    assert.deepEqual([Attempts, Failures, Missed, SlotLagMs], [3, 0, 0, 0]);
  });

  it("takes a success after retries for a success, and makes no recheck", async () => {
    const rig = aRig();
    await storePlan(rig, [retried()], { alertDefaults: {} });
    const openNetwork = () => refusedBut(rig, [2]);
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork })));
    assert.equal((await storedResults(rig)).filter(({ recheck }) => recheck).length, 0);
    assert.deepEqual(rig.hints, []);
  });

  it("makes rechecks after the last attempt, and they never retry", async () => {
    const rig = aRig();
    await storePlan(rig, [retried({ scheduleMs: 3_600_000 })], {
      alertDefaults: { recheckSeconds: [5, 12, 20] },
    });
    const seen: number[] = [];
    const openNetwork = () => refusedBut(rig, [], seen);
    // The term in which the slot of its hour falls.
    for (let minute = 0; minute < 60 && seen.length === 0; minute++) {
      await rig.clock.run(runLease(0, rig.startProcess({ openNetwork })));
      const nextMs = Math.ceil((rig.clock.now() + 1) / 60_000) * 60_000;
      await rig.clock.run(rig.clock.sleep(nextMs - rig.clock.now()));
    }
    const [slot = 0] = seen;
    assert.deepEqual(
      seen.map((atMs) => atMs - slot),
      [0, 2_010, 6_020, 12_000, 20_000],
    );
  });

  it("does not end an attempt that is later than a single check may be", async () => {
    const rig = aRig();
    const retry = { ...RETRY, maxAttempts: 2, initialBackoffMs: 30_000 };
    const lateInTerm = Array.from({ length: 200 }, (_, i) =>
      retried({ name: `t${i}`, retry, scheduleMs: 59_000, timeoutMs: 2_000 }),
    ).find((task) => {
      const term = { fromMs: NOON + 50_000, toMs: NOON + 60_000 };
      return slotsOfTerm(task, { staggerPermille: STAGGER }, term).length > 0;
    });
    assert.ok(lateInTerm !== undefined);
    await storePlan(rig, [lateInTerm]);
    const openNetwork = () => refusedBut(rig, [1]);
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork })));
    const result = (await storedResults(rig)).at(-1);
    assert.equal(result?.outcome, "open");
    assert.equal(result.retryCount, 1);
  });

  it("tells its last failure when the process is to end", async () => {
    const rig = aRig();
    await storePlan(rig, [retried({ scheduleMs: 60_000 })]);
    const stop = new AbortController();
    const openNetwork = () => refusedBut(rig, []);
    const running = runLease(0, rig.startProcess({ openNetwork, stop: stop.signal }));
    void rig.clock.sleep(11_000).then(() => stop.abort());
    await rig.clock.run(running);
    const [result] = await storedResults(rig);
    assert.equal(result?.outcome, "refused");
  });
});
