import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { nextDownTime } from "../../../local/demo/demo.ts";
import { everyMinute, nextAt, termsFor } from "../../../local/fleet/minute-schedule.ts";
import {
  firstInvocationAt,
  firstTermFrom,
  startRounds,
} from "../../../local/fleet/probe-rounds.ts";
import { AHEAD_TOLERANCE_MS, type Lease, nextLease } from "../../../shared/slot/slot.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");

describe("nextAt", () => {
  const CASES: readonly (readonly [string, number, number, number])[] = [
    ["later in the same minute", 5_000, 21_000, 21_000],
    ["the next minute when it has passed", 30_000, 21_000, 81_000],
    ["the next minute when it is now", 21_000, 21_000, 81_000],
    ["the very next millisecond", 20_999, 21_000, 21_000],
    ["a whole minute", 1, 0, 60_000],
  ];
  for (const [what, after, offset, expected] of CASES) {
    test(`gives ${what}`, () => assert.equal(nextAt(NOON + after, offset), NOON + expected));
  }
});

test("termsFor is at least two, which contain a whole minute", () => {
  assert.deepEqual([1, 2, 3, 60].map(termsFor), [2, 2, 3, 60]);
});

/** Timers of a monotonic clock, and a wall clock that can be set. */
function aSettableClock(t: TestContext, startMs: number) {
  let passedMs = 0;
  let setByMs = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Date, "now", () => startMs + passedMs + setByMs);
  return {
    setBy: (ms: number) => {
      setByMs += ms;
    },
    pass: (ms: number) => {
      for (let left = ms; left > 0; left -= 100) {
        passedMs += 100;
        t.mock.timers.tick(100);
      }
    },
  };
}

describe("everyMinute when the clock is set", () => {
  const runsAfter = (t: TestContext, setByMs: number, passMs: number) => {
    const clock = aSettableClock(t, NOON);
    const ran: number[] = [];
    const schedule = everyMinute(21_000, NOON, () => ran.push(Date.now()));
    clock.pass(30_000);
    assert.equal(ran.length, 1);
    clock.setBy(setByMs);
    clock.pass(passMs);
    schedule.stop();
    return ran.slice(1).map((atMs) => atMs - NOON);
  };

  for (const backMs of [AHEAD_TOLERANCE_MS + 60_000, 3_600_000, 3_650 * 86_400_000]) {
    test(`runs within a minute after it was set back by ${backMs} ms, and then each minute`, (t) => {
      const ran = runsAfter(t, -backMs, 120_000);
      assert.equal(ran.length, 2);
      for (const atMs of ran) assert.equal((((atMs + NOON) % 60_000) + 60_000) % 60_000, 21_000);
    });
  }

  for (const backMs of [2_000, 40_000]) {
    test(`waits for its instant when it was set back by ${backMs} ms, and runs once for each`, (t) => {
      assert.deepEqual(runsAfter(t, -backMs, 60_000 + backMs), [81_000]);
    });
  }

  test("runs within seconds when it was set forward, once", (t) => {
    const ran = runsAfter(t, 3_600_000, 6_000);
    assert.equal(ran.length, 1);
  });
});

describe("everyMinute", () => {
  test("runs at its offset, minute after minute, until stopped", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON + 30_000 });
    const ran: number[] = [];
    const schedule = everyMinute(21_000, NOON + 30_000, () => ran.push(Date.now() - NOON));
    for (let second = 0; second < 150; second++) t.mock.timers.tick(1_000);
    assert.deepEqual(ran, [81_000, 141_000]);
    schedule.stop();
    t.mock.timers.tick(120_000);
    assert.equal(ran.length, 2);
  });

  test("runs once after a sleep of several minutes", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON });
    const ran: number[] = [];
    everyMinute(1_000, NOON, () => ran.push(Date.now() - NOON));
    t.mock.timers.setTime(NOON + 600_500);
    t.mock.timers.tick(1_000);
    assert.equal(ran.length, 1);
    t.mock.timers.tick(60_000);
    assert.equal(ran.length, 2);
  });

  test("can be stopped from its callback", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON });
    let ranCount = 0;
    const schedule = everyMinute(1_000, NOON, () => {
      ranCount += 1;
      schedule.stop();
    });
    t.mock.timers.tick(1_000);
    t.mock.timers.tick(60_000);
    assert.equal(ranCount, 1);
  });
});

describe("firstInvocationAt and firstTermFrom", () => {
  const CASES: readonly (readonly [string, number, number | null, number, number])[] = [
    ["a new shard begins now, with the whole second", 3_400, null, 3_400, 3_000],
    ["a lease that ended is no hindrance", 3_400, 1_000, 3_400, 3_000],
    ["a lease that goes on is waited for", 3_400, 40_000, 39_500, 40_000],
    ["a lease that is about to end is gone on with", 39_800, 40_000, 39_800, 40_000],
  ];
  for (const [what, now, claimedTo, first, cover] of CASES) {
    test(what, () => {
      const claimedToMs = claimedTo === null ? null : NOON + claimedTo;
      const firstAtMs = firstInvocationAt(NOON + now, claimedToMs);
      assert.equal(firstAtMs, NOON + first);
      assert.equal(firstTermFrom(firstAtMs, claimedToMs), NOON + cover);
    });
  }
});

describe("startRounds", () => {
  test("invokes at once, then half a second before each lease term, `count` times", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON + 3_400 });
    const invokedAt: number[] = [];
    const plan = { firstAtMs: NOON + 3_400, firstTermMs: NOON + 3_000, count: 3 };
    const rounds = startRounds(plan, async () => {
      invokedAt.push(Date.now() - NOON);
    });
    t.mock.timers.tick(1);
    for (let i = 0; i < 30_000; i++) t.mock.timers.tick(9);
    assert.deepEqual(
      invokedAt.map((at) => Math.floor(at / 100)),
      [34, 625, 1_225],
    );
    await rounds.ended;
  });

  test("goes on by another beginning, with the invocations that were left", async (t) => {
    const clock = aSettableClock(t, NOON);
    const invokedAt: number[] = [];
    const plan = { firstAtMs: NOON, firstTermMs: NOON, count: 3 };
    const rounds = startRounds(plan, async () => {
      invokedAt.push(Date.now() - NOON);
    });
    clock.pass(70_000);
    assert.deepEqual(invokedAt, [100, 59_500]);
    clock.setBy(-3_600_000);
    const backMs = Date.now();
    rounds.moveTo({ firstAtMs: backMs + 5_000, firstTermMs: backMs + 5_500 });
    clock.pass(200_000);
    assert.deepEqual(invokedAt.slice(2), [backMs - NOON + 5_000]);
    await rounds.ended;
    rounds.moveTo({ firstAtMs: backMs, firstTermMs: backMs });
    clock.pass(200_000);
    assert.equal(invokedAt.length, 3);
  });

  for (const [what, setByMs] of [
    ["set forward by an hour", 3_600_000],
    ["set forward by 25 s", 25_000],
  ] as const) {
    test(`leaves no term out after the clock was ${what}`, (t) => {
      const clock = aSettableClock(t, NOON);
      let held: Lease | null = null;
      const terms: number[] = [];
      const rounds = startRounds({ firstAtMs: NOON, firstTermMs: NOON, count: null }, async () => {
        const plan = { bundle: "b", staggerPermille: 0 };
        const decision: ReturnType<typeof nextLease> = nextLease(held, Date.now(), plan);
        if (decision.kind === "duplicate") return;
        held = decision.lease;
        terms.push(decision.term.fromMs);
      });
      clock.pass(100_000);
      clock.setBy(setByMs);
      clock.pass(300_000);
      rounds.stop();
      const after = terms.filter((fromMs) => fromMs >= NOON + 100_000 + setByMs);
      assert.ok(after.length >= 5, `${after.length} terms in five minutes`);
      for (const [i, fromMs] of after.slice(1).entries()) {
        assert.equal(fromMs - (after[i] ?? 0), 60_000);
      }
    });
  }

  test("ends when the last invocation has ended", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON });
    const running = Promise.withResolvers<void>();
    const plan = { firstAtMs: NOON, firstTermMs: NOON, count: null };
    const rounds = startRounds(plan, () => running.promise);
    t.mock.timers.tick(1);
    rounds.stop();
    let ended = false;
    void rounds.ended.then(() => {
      ended = true;
    });
    await new Promise(setImmediate);
    assert.equal(ended, false);
    running.resolve();
    await rounds.ended;
    t.mock.timers.tick(300_000);
  });
});

describe("nextDownTime", () => {
  const started = NOON + 17_000;
  const CASES: readonly (readonly [string, number, number])[] = [
    ["ten seconds into the first whole minute", 17_000, 70_000],
    ["four minutes later once it was up again", 110_000, 310_000],
    ["and so on", 350_000, 550_000],
    ["within four minutes when the clock was set back", -3_600_000, -3_530_000],
  ];
  for (const [what, now, down] of CASES) {
    test(what, () => {
      const expected = { downAtMs: NOON + down, upAtMs: NOON + down + 40_000 };
      assert.deepEqual(nextDownTime(started, NOON + now), expected);
    });
  }
});
