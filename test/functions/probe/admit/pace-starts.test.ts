import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Grant } from "../../../../functions/probe/admit/admission.ts";
import {
  MOST_HELD_SOCKETS,
  MOST_OPEN_SOCKETS,
  StartPacer,
} from "../../../../functions/probe/admit/pace-starts.ts";
import type { Clock } from "../../../../functions/probe/timing/timing.ts";
import { SLOT_SLACK_MS } from "../../../../shared/slot/slot.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

const never = new AbortController().signal;

interface Start {
  readonly dueAtMs: number;
  readonly atMs: number;
  readonly grant: Grant;
}

function grantOf(pacer: StartPacer, dueAtMs: number, signal = never): Promise<Grant> {
  return new Promise((granted) => pacer.acquire({ dueAtMs, signal, granted }));
}

/** Asks for all grants at once and gives them in the order in which they came. */
async function takeAll(pacer: StartPacer, clock: VirtualClock, due: readonly number[]) {
  const starts: Start[] = [];
  const all = due.map(async (dueAtMs) => {
    const grant = await grantOf(pacer, dueAtMs);
    starts.push({ dueAtMs, atMs: clock.now(), grant });
    if (grant === "go") pacer.release();
  });
  await clock.run(Promise.all(all));
  return starts;
}

/** A pacer whose ticks the test gives by hand, at the time that it sets. */
function aPacerByHand(perSecond: number) {
  const time = { nowMs: 0, tick: () => assert.fail("it has no timer"), timerCount: 0 };
  const clock: Clock = {
    now: () => time.nowMs,
    monotonic: () => time.nowMs,
    sleep: () => assert.fail("it never sleeps"),
    every: (_, tick) => {
      time.timerCount++;
      Object.assign(time, { tick });
      return () => void time.timerCount--;
    },
  };
  const pacer = new StartPacer(clock, perSecond);
  const grants: Grant[] = [];
  const ask = (count: number, dueAtMs = time.nowMs, signal = never) => {
    for (let i = 0; i < count; i++)
      pacer.acquire({ dueAtMs, signal, granted: (grant) => grants.push(grant) });
  };
  const tickAt = (nowMs: number) => {
    time.nowMs = nowMs;
    time.tick();
  };
  /** The number of starts since the last call. */
  const starts = () => grants.splice(0).filter((grant) => grant === "go").length;
  return { pacer, time, grants, ask, tickAt, starts };
}

describe("StartPacer", () => {
  it("has no timer for connections that are only held, and starts checks beside them", async () => {
    const { pacer, time, ask, tickAt, starts } = aPacerByHand(1_600);
    ask(2);
    await Promise.resolve();
    assert.equal(starts(), 2);
    assert.equal(pacer.hold(), true);
    tickAt(5);
    assert.equal(time.timerCount, 1, "one of them is not held");
    pacer.release();
    tickAt(10);
    assert.deepEqual([time.timerCount, pacer.openCount, pacer.heldCount], [0, 1, 1]);
    ask(1);
    await Promise.resolve();
    assert.equal(starts(), 1);
    pacer.release();
    pacer.release(true);
    assert.deepEqual([pacer.openCount, pacer.heldCount], [0, 0]);
  });

  it("leaves half of the sockets to checks, however many are to be held", () => {
    const { pacer } = aPacerByHand(1_600);
    const held = Array.from({ length: MOST_OPEN_SOCKETS }, () => pacer.hold());
    assert.equal(held.filter(Boolean).length, MOST_HELD_SOCKETS);
    assert.ok(MOST_HELD_SOCKETS < MOST_OPEN_SOCKETS);
    pacer.release(true);
    assert.equal(pacer.hold(), true);
  });

  it("starts no burst after a stall: the credit is never more than a tick's", async () => {
    const { ask, tickAt, starts } = aPacerByHand(1_600);
    ask(100);
    await Promise.resolve();
    assert.equal(starts(), 8);
    tickAt(1_000);
    assert.equal(starts(), 8);
    tickAt(1_005);
    assert.equal(starts(), 8);
  });

  it("lets the next start wait until the weight of the last is earned, and a lone heavy one not", async () => {
    const { pacer, time, tickAt } = aPacerByHand(1_600);
    const starts: [number, string][] = [];
    const ask = (weight: number, name: string) => {
      const granted = () => void starts.push([time.nowMs, name]);
      pacer.acquire({ dueAtMs: 0, signal: never, weight, granted });
    };
    // 8 are earned in each tick of 5 ms.
    for (const name of ["a", "b", "c"]) ask(12, name);
    ask(1, "d");
    await Promise.resolve();
    for (let atMs = 5; atMs <= 30; atMs += 5) tickAt(atMs);
    assert.deepEqual(starts, [
      [0, "a"],
      [5, "b"],
      [15, "c"],
      [20, "d"],
    ]);
  });

  it("starts no burst after hours without a check", async () => {
    const { pacer, time, ask, tickAt, starts } = aPacerByHand(1_600);
    ask(1);
    await Promise.resolve();
    assert.equal(starts(), 1);
    pacer.release();
    tickAt(5);
    assert.equal(time.timerCount, 0);
    time.nowMs = 3_600_000;
    ask(100);
    await Promise.resolve();
    assert.equal(starts(), 8);
    assert.equal(time.timerCount, 1);
  });

  it("earns by the time that passed, so that early and late ticks change no rate", async () => {
    const { ask, tickAt, starts } = aPacerByHand(1_600);
    ask(100);
    await Promise.resolve();
    assert.equal(starts(), 8);
    for (const [atMs, count] of [
      [2.5, 4],
      [5, 4],
      [5.5, 0],
      [6, 1],
    ] as const) {
      tickAt(atMs);
      assert.equal(starts(), count, `at ${atMs}`);
    }
  });

  /** How many a second start, of checks that wait for four seconds. */
  async function rateOf(perSecond: number, tickMs: number): Promise<number> {
    const { pacer, ask, tickAt, starts } = aPacerByHand(perSecond);
    ask(8_000);
    await Promise.resolve();
    let count = starts();
    for (let atMs = tickMs; atMs <= 4_000; atMs += tickMs) {
      tickAt(atMs);
      const started = starts();
      for (let i = 0; i < started; i++) pacer.release();
      count += started;
    }
    return count / 4;
  }

  for (const perSecond of [50, 103, 199, 201, 335, 372.976, 399, 466.2, 745.951, 1_599])
    it(`starts ${perSecond} a second where checks wait, with ticks in time and late ones`, async () => {
      for (const tickMs of [5, 5.6, 6.4]) {
        const rate = await rateOf(perSecond, tickMs);
        assert.ok(rate > 0.98 * perSecond && rate < 1.02 * perSecond, `${tickMs} ms: ${rate}`);
      }
    });

  for (const [lateMs, grant] of [
    [SLOT_SLACK_MS, "go"],
    [SLOT_SLACK_MS + 1, "late"],
  ] as const)
    it(`grants ${grant} at ${lateMs} ms after the slot`, async () => {
      const { time, grants, ask } = aPacerByHand(1_600);
      time.nowMs = 60_000;
      ask(1, time.nowMs - lateMs);
      await Promise.resolve();
      assert.deepEqual(grants, [grant]);
    });

  it("takes no credit and no socket for a check that is late or stopped", async () => {
    const { pacer, time, grants, ask } = aPacerByHand(100);
    time.nowMs = 60_000;
    ask(3, 0);
    ask(3, time.nowMs, AbortSignal.abort());
    ask(1);
    await Promise.resolve();
    assert.deepEqual(grants, ["late", "late", "late", "stopped", "stopped", "stopped", "go"]);
    assert.equal(pacer.openCount, 1);
  });

  it("lets a lone start go at once, whenever it comes", async () => {
    const clock = new VirtualClock(0);
    const pacer = new StartPacer(clock, 100);
    for (const at of [0, 20, 40, 1_000]) {
      if (at > 0) await clock.run(clock.sleep(at - clock.now()));
      const [start] = await takeAll(pacer, clock, [at]);
      assert.deepEqual(start, { dueAtMs: at, atMs: at, grant: "go" });
    }
  });

  it("starts no check while others still ask: its answer would wait for their work", async () => {
    const clock = new VirtualClock(0);
    const pacer = new StartPacer(clock, 400);
    const grants: Grant[] = [];
    const ask = () => pacer.acquire({ dueAtMs: 0, signal: never, granted: (g) => grants.push(g) });
    for (let i = 0; i < 3; i++) ask();
    assert.deepEqual(grants, []);
    await Promise.resolve();
    assert.deepEqual(grants, ["go", "go"]);
  });

  const PACES = [
    [100, 10, 1],
    [400, 5, 2],
    [1_600, 5, 8],
  ] as const;
  for (const [perSecond, tickMs, perTick] of PACES)
    it(`starts ${perTick} every ${tickMs} ms at ${perSecond} a second`, async () => {
      const clock = new VirtualClock(0);
      const pacer = new StartPacer(clock, perSecond);
      const starts = await takeAll(pacer, clock, Array(5 * perTick).fill(0));
      const counts = Map.groupBy(starts, (start) => start.atMs);
      const ticks = [0, 1, 2, 3, 4].map((tick) => [tick * tickMs, perTick]);
      assert.deepEqual(
        [...counts].map(([at, all]) => [at, all.length]),
        ticks,
      );
    });

  it("serves the first due first, in whatever order they ask", async () => {
    const clock = new VirtualClock(1_000);
    const due = [500, 300, 900, 300, 100, 700];
    const starts = await takeAll(new StartPacer(clock, 400), clock, due);
    const served = starts.map((start) => start.dueAtMs);
    assert.deepEqual(served, [100, 300, 300, 500, 700, 900]);
  });

  it("grants late to a check past its slack, and lets the others go", async () => {
    const clock = new VirtualClock(10_000);
    const dueAtMs = 10_000 - SLOT_SLACK_MS;
    const starts = await takeAll(new StartPacer(clock, 400), clock, [dueAtMs, dueAtMs, dueAtMs]);
    assert.deepEqual(
      starts.map((start) => start.grant),
      ["go", "go", "late"],
    );
  });

  it("never has more open than it may, and goes on as they are given back", async () => {
    const clock = new VirtualClock(0);
    const pacer = new StartPacer(clock, 1_600);
    const asked = Array.from({ length: MOST_OPEN_SOCKETS + 10 }, () => grantOf(pacer, 0));
    await clock.run(clock.sleep(2_000));
    assert.equal(pacer.openCount, MOST_OPEN_SOCKETS);
    for (let i = 0; i < 10; i++) pacer.release();
    const grants = await clock.run(Promise.all(asked));
    assert.ok(grants.every((grant) => grant === "go"));
    assert.equal(pacer.openCount, MOST_OPEN_SOCKETS);
  });

  it("lets no check wait for a socket longer than the slack", async () => {
    const clock = new VirtualClock(0);
    const pacer = new StartPacer(clock, 1_600);
    const asked = Array.from({ length: MOST_OPEN_SOCKETS + 1 }, () => grantOf(pacer, 0));
    const grants = await clock.run(Promise.all(asked));
    assert.equal(grants.at(-1), "late");
    assert.equal(clock.now(), SLOT_SLACK_MS + 5);
  });

  it("grants stopped to every check that waits when the signal is aborted", async () => {
    const clock = new VirtualClock(0);
    const pacer = new StartPacer(clock, 400);
    const stop = new AbortController();
    const asked = Array.from({ length: 10 }, () => grantOf(pacer, 0, stop.signal));
    await Promise.resolve();
    stop.abort();
    const grants = await clock.run(Promise.all(asked));
    assert.deepEqual(grants, ["go", "go", ...Array(8).fill("stopped")]);
    assert.equal(pacer.openCount, 2);
  });

  it("ticks while a check waits or a socket is open, and has no timer after that", async () => {
    const clock = new VirtualClock(0);
    const pacer = new StartPacer(clock, 100);
    await takeAll(pacer, clock, [0, 0, 0]);
    await clock.run(clock.sleep(1_000));
    assert.equal(clock.sleeperCount, 0);
    assert.equal(await grantOf(pacer, 1_000), "go");
    await clock.run(clock.sleep(1_000));
    assert.equal(clock.sleeperCount, 1);
    pacer.release();
    await clock.run(clock.sleep(1_000));
    assert.equal(clock.sleeperCount, 0);
  });

  it("counts the stalls of the process", async () => {
    let stalledMs = 0;
    const clock = new VirtualClock(0);
    const stalling = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms: number) => clock.sleep(ms),
      every: (ms: number, tick: () => void) => clock.every(ms + stalledMs, tick),
    };
    const pacer = new StartPacer(stalling, 100);
    await takeAll(pacer, clock, [0, 0, 0]);
    await clock.run(clock.sleep(100));
    assert.equal(pacer.stallCount, 0);
    stalledMs = 2;
    await takeAll(pacer, clock, [100, 100, 100]);
    assert.ok(pacer.stallCount > 0);
  });

  it("keeps to its rate over any span, however they ask", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 50, max: 2_000 }),
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 200 }),
        async (perSecond, askedAt) => {
          const clock = new VirtualClock(0);
          const pacer = new StartPacer(clock, perSecond);
          const starts: number[] = [];
          const all = askedAt.map(async (at) => {
            await clock.sleep(at);
            if ((await grantOf(pacer, at)) === "go") starts.push(clock.now());
          });
          await clock.run(Promise.all(all));
          starts.forEach((from, i) => {
            for (const [j, to] of starts.slice(i).entries())
              assert.ok(j <= ((to - from + 20) * perSecond) / 1_000 + 1);
          });
        },
      ),
      { numRuns: 30 },
    ));
});
