import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  EARLY_TOLERANCE_MS,
  gapsWithin,
  LATE_TOLERANCE_MS,
  LEASE_HISTORY_MS,
  LEASE_HISTORY_RUNS,
  type Lease,
  type LeaseDecision,
  nextLease,
  returnClaim,
  slotsOfRun,
  takeBackLease,
  termOf,
} from "../../../shared/slot/lease.ts";
import {
  type Interval,
  LEASE_TERM_MS,
  nominalSlots,
  type Schedule,
  slotsOfTerm,
} from "../../../shared/slot/schedule.ts";
import { AHEAD_TOLERANCE_MS } from "../../../shared/slot/slot.ts";
import { instant, NOON, runOf, schedule, stagger, termsOf } from "../../fakes/arbitrary-slots.ts";

const PLAN = { bundle: "b1", staggerPermille: 0 };

describe("slotsOfRun", () => {
  it("is what its terms give, as far as the window goes", () =>
    fc.assert(
      fc.property(
        schedule,
        stagger,
        fc.record({ at: instant, n: fc.integer({ min: 1, max: 30 }) }),
        fc.tuple(fc.integer({ min: -90_000, max: 2e6 }), fc.integer({ min: 1, max: 2e6 })),
        (task, s, { at, n }, [offsetMs, lengthMs]) => {
          const run = { ...runOf(at, n), staggerPermille: s };
          const window = { fromMs: at + offsetMs, toMs: at + offsetMs + lengthMs };
          const all = termsOf(run).flatMap((term) =>
            slotsOfTerm(task, { staggerPermille: s }, term),
          );
          const within = all.filter((slot) => slot >= window.fromMs && slot < window.toMs);
          assert.deepEqual(slotsOfRun(task, run, window), within);
        },
      ),
    ));

  it("counts no slot twice and none not at all when windows follow each other", () =>
    fc.assert(
      fc.property(schedule, instant, fc.integer({ min: 1, max: 30 }), (task, at, n) => {
        const run = runOf(at, n);
        const fromMs = at - (at % 60_000);
        const windows = termsOf({ fromMs, toMs: run.toMs + LEASE_TERM_MS });
        assert.deepEqual(
          windows.flatMap((window) => slotsOfRun(task, run, window)),
          slotsOfRun(task, run, { fromMs, toMs: run.toMs }),
        );
      }),
    ));
});

describe("gapsWithin", () => {
  const first = runOf(NOON, 2);
  const second = runOf(NOON + 300_000, 1);
  const lease = { claimedToMs: second.toMs, runs: [first, second] };

  it("gives what lies between the runs and after the last, and nothing before the first", () => {
    const window = { fromMs: NOON - 600_000, toMs: NOON + 600_000 };
    assert.deepEqual(gapsWithin(lease, window), [
      { fromMs: first.toMs, toMs: second.fromMs, after: first },
      { fromMs: second.toMs, toMs: window.toMs, after: second },
    ]);
  });

  it("gives the window's part of a gap", () =>
    assert.deepEqual(gapsWithin(lease, { fromMs: NOON + 180_000, toMs: NOON + 240_000 }), [
      { fromMs: NOON + 180_000, toMs: NOON + 240_000, after: first },
    ]));

  it("gives none where all is claimed", () =>
    assert.deepEqual(gapsWithin(lease, { fromMs: NOON, toMs: first.toMs }), []));
});

describe("nextLease", () => {
  const held: Lease = { claimedToMs: NOON, runs: [runOf(NOON - 120_000, 2)] };

  const STARTS = [
    ["no lease", null, NOON + 1_234, NOON + 1_000],
    ["no lease, on the second", null, NOON, NOON],
    ["on time", held, NOON, NOON],
    ["as early as it may be", held, NOON - EARLY_TOLERANCE_MS, NOON],
    ["a little late", held, NOON + 1, NOON],
    ["as late as it may be", held, NOON + LATE_TOLERANCE_MS, NOON],
    ["too late", held, NOON + LATE_TOLERANCE_MS + 1, NOON + 3_000],
    ["minutes late", held, NOON + 200_999, NOON + 200_000],
  ] as const;
  for (const [what, lease, nowMs, fromMs] of STARTS)
    it(`starts the term at the right instant: ${what}`, () => {
      const decision = nextLease(lease, nowMs, PLAN);
      assert.ok(decision.kind === "acquired");
      assert.deepEqual(decision.term, { fromMs, toMs: fromMs + LEASE_TERM_MS });
      assert.equal(decision.lease.claimedToMs, decision.term.toMs);
    });

  for (const earlyMs of [EARLY_TOLERANCE_MS + 1, 60_000, AHEAD_TOLERANCE_MS])
    it(`takes an invocation ${earlyMs} ms before the lease's end for a second delivery`, () =>
      assert.deepEqual(nextLease(held, NOON - earlyMs, PLAN), { kind: "duplicate" }));

  const AHEAD = [
    ["just over the tolerance", AHEAD_TOLERANCE_MS + 1],
    ["an hour", 3_600_000],
    ["ten years", 3_650 * 86_400_000],
  ] as const;
  for (const [what, aheadMs] of AHEAD)
    it(`takes back what another clock claimed ahead, by ${what}, and goes on at once`, () => {
      const nowMs = NOON + 60_400;
      const ahead = runOf(nowMs + aheadMs - 60_000, 1);
      const lease = { claimedToMs: ahead.toMs, runs: [runOf(NOON - 120_000, 2), ahead] };
      const decision = nextLease(lease, nowMs, PLAN);
      assert.ok(decision.kind === "acquired");
      const fromMs = NOON + 60_000;
      assert.deepEqual(decision.term, { fromMs, toMs: fromMs + LEASE_TERM_MS });
      assert.deepEqual(decision.lease.runs, [
        runOf(NOON - 120_000, 2),
        { ...decision.term, ...PLAN },
      ]);
    });

  it("cuts the run that the clock was set back into, and claims what follows again", () => {
    const lease: Lease = { claimedToMs: NOON + 3_600_000, runs: [runOf(NOON, 60)] };
    const decision = nextLease(lease, NOON + 90_400, PLAN);
    assert.ok(decision.kind === "acquired");
    assert.deepEqual(decision.lease.runs, [
      { fromMs: NOON, toMs: NOON + 91_000, ...PLAN },
      { fromMs: NOON + 91_000, toMs: NOON + 151_000, ...PLAN },
    ]);
  });

  it("makes the last run longer while nothing changes", () => {
    const decision = nextLease(held, NOON, PLAN);
    assert.ok(decision.kind === "acquired");
    assert.deepEqual(decision.lease.runs, [runOf(NOON - 120_000, 3)]);
  });

  const CHANGES = [
    ["another bundle", NOON, { ...PLAN, bundle: "b2" }],
    ["another stagger", NOON, { ...PLAN, staggerPermille: 500 }],
    ["a gap", NOON + 60_000, PLAN],
  ] as const;
  for (const [what, nowMs, plan] of CHANGES)
    it(`begins a new run after ${what}`, () => {
      const decision = nextLease(held, nowMs, plan);
      assert.ok(decision.kind === "acquired");
      assert.deepEqual(decision.lease.runs, [...held.runs, { ...decision.term, ...plan }]);
    });

  it("forgets runs that ended more than a day before, and the oldest of too many", () => {
    const ended = runOf(NOON - LEASE_HISTORY_MS - 60_000, 1);
    const recent = runOf(NOON - LEASE_HISTORY_MS, 1);
    const old = nextLease({ claimedToMs: NOON, runs: [ended, recent] }, NOON, PLAN);
    assert.ok(old.kind === "acquired");
    assert.deepEqual(old.lease.runs.slice(0, -1), [recent]);
    const many = Array.from({ length: LEASE_HISTORY_RUNS + 5 }, (_, i) => ({
      ...runOf(NOON - 60_000 * (LEASE_HISTORY_RUNS + 5 - i), 1),
      bundle: `b${i}`,
    }));
    const cut = nextLease({ claimedToMs: NOON, runs: many }, NOON, PLAN);
    assert.ok(cut.kind === "acquired");
    assert.equal(cut.lease.runs.length, LEASE_HISTORY_RUNS);
    assert.deepEqual(cut.lease.runs.at(-2), many.at(-1));
  });

  it("claims no instant twice, whenever the invocations come", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -40_000, max: 200_000 })), (steps) => {
        let lease: Lease | null = null;
        let nowMs = NOON;
        const terms: Interval[] = [];
        for (const step of steps) {
          // A clock that goes back by more has its claims taken back.
          nowMs = Math.max(nowMs + step, (lease?.claimedToMs ?? 0) - AHEAD_TOLERANCE_MS);
          const decision: LeaseDecision = nextLease(lease, nowMs, PLAN);
          if (decision.kind === "duplicate") continue;
          lease = decision.lease;
          terms.push(decision.term);
        }
        terms.slice(1).forEach((term, i) => {
          assert.ok(term.fromMs >= (terms[i]?.toMs ?? 0));
        });
        const claimed = ((lease as Lease | null)?.runs ?? []).flatMap(termsOf);
        assert.deepEqual(claimed, terms);
      }),
    ));

  it("leaves every nominal slot to exactly one term or gap", () =>
    fc.assert(
      fc.property(
        schedule,
        fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 30 }),
        (task: Schedule, steps) => {
          let lease: Lease | null = null;
          let nowMs = NOON;
          for (const step of steps) {
            nowMs += step;
            const decision = nextLease(lease, nowMs, PLAN);
            if (decision.kind === "acquired") lease = decision.lease;
          }
          assert.ok(lease !== null);
          const fromMs = lease.runs[0]?.fromMs ?? 0;
          const window = { fromMs, toMs: nowMs + 300_000 };
          const covered = lease.runs.flatMap((run) => slotsOfRun(task, run, window));
          const missed = gapsWithin(lease, window).flatMap((gap) =>
            nominalSlots(task, gap.after, gap),
          );
          const accounted = [...covered, ...missed].sort((a, b) => a - b);
          const nominal = nominalSlots(task, { staggerPermille: 0 }, window);
          assert.equal(new Set(accounted).size, accounted.length);
          assert.equal(accounted.length, nominal.length);
          if (task.scheduleMs < LEASE_TERM_MS) assert.deepEqual(accounted, nominal);
        },
      ),
    ));
});

describe("nextLease of plans with other spreads and bursts", () => {
  const timetable = fc.record(
    {
      staggerPermille: stagger,
      spreadMs: fc.integer({ min: 1, max: 10_000 }),
      burstMs: fc.integer({ min: 1, max: 60_000 }),
    },
    { requiredKeys: ["staggerPermille"] },
  );

  it("has each slot of a task once, by the plan of its own term", () =>
    fc.assert(
      fc.property(
        schedule,
        fc.array(timetable, { minLength: 1, maxLength: 20 }),
        (task: Schedule, timetables) => {
          let lease: Lease | null = null;
          const expected: number[] = [];
          for (const [i, own] of timetables.entries()) {
            const term = { fromMs: NOON + i * LEASE_TERM_MS, toMs: NOON + (i + 1) * LEASE_TERM_MS };
            const decision: LeaseDecision = nextLease(lease, term.fromMs, { bundle: "b1", ...own });
            assert.ok(decision.kind === "acquired");
            assert.deepEqual(decision.term, term);
            lease = decision.lease;
            expected.push(...slotsOfTerm(task, own, term));
            assert.ok(expected.every((slot) => slot < term.toMs));
          }
          assert.ok(lease !== null);
          const whole = { fromMs: NOON, toMs: lease.claimedToMs };
          const runs = lease.runs;
          const slots = runs.flatMap((run) => slotsOfRun(task, run, whole));
          assert.deepEqual(slots, expected);
          assert.equal(new Set(slots).size, slots.length);
          // However the aggregator cuts its windows, each slot is in one.
          const cut = termsOf({ fromMs: NOON - 7_000, toMs: whole.toMs }).flatMap((window) =>
            runs.flatMap((run) => slotsOfRun(task, run, window)),
          );
          assert.deepEqual(cut, slots);
          if (task.scheduleMs < LEASE_TERM_MS && LEASE_TERM_MS % task.scheduleMs === 0)
            assert.equal(slots.length, (timetables.length * LEASE_TERM_MS) / task.scheduleMs);
        },
      ),
    ));

  it("begins a run of its own where the spread or the burst changes", () => {
    const plans = [
      PLAN,
      { ...PLAN, spreadMs: 1 },
      { ...PLAN, spreadMs: 1 },
      { ...PLAN, burstMs: 1 },
    ];
    let lease: Lease | null = null;
    for (const [i, plan] of plans.entries()) {
      const decision: LeaseDecision = nextLease(lease, NOON + i * LEASE_TERM_MS, plan);
      if (decision.kind === "acquired") lease = decision.lease;
    }
    const lengths = lease?.runs.map(({ fromMs, toMs }) => (toMs - fromMs) / LEASE_TERM_MS);
    assert.deepEqual(lengths, [1, 2, 1]);
  });
});

describe("returnClaim", () => {
  const lease: Lease = {
    claimedToMs: NOON + 120_000,
    runs: [{ fromMs: NOON, toMs: NOON + 120_000, ...PLAN }],
  };

  it("ends the claim at the next whole second", () => {
    assert.deepEqual(returnClaim(lease, NOON + 70_400), {
      claimedToMs: NOON + 71_000,
      runs: [{ fromMs: NOON, toMs: NOON + 71_000, ...PLAN }],
    });
  });

  it("leaves a claim alone that is over", () => {
    assert.equal(returnClaim(lease, NOON + 120_000), lease);
  });

  it("drops a run that has not begun", () => {
    assert.deepEqual(returnClaim(lease, NOON - 5_000), { claimedToMs: NOON - 5_000, runs: [] });
  });

  it("leaves a lease whose next term begins a run of its own, from the second of its end", () => {
    const returned = returnClaim(lease, NOON + 70_400);
    const decision = nextLease(returned, NOON + 70_900, PLAN);
    assert.equal(decision.kind, "acquired");
    assert.deepEqual(decision.kind === "acquired" && decision.lease.runs, [
      { fromMs: NOON, toMs: NOON + 71_000, ...PLAN },
      { fromMs: NOON + 71_000, toMs: NOON + 131_000, ...PLAN },
    ]);
  });

  it("leaves a claim that ended before as it ended, and nothing between that and now", () => {
    const ahead: Lease = {
      claimedToMs: NOON + 3_660_000,
      runs: [...lease.runs, { fromMs: NOON + 3_600_000, toMs: NOON + 3_660_000, ...PLAN }],
    };
    assert.deepEqual(returnClaim(ahead, NOON + 300_000), lease);
  });

  it("leaves every nominal slot to exactly one term or gap, whenever processes die and start again", () =>
    fc.assert(
      fc.property(
        schedule,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.boolean()), {
          minLength: 1,
          maxLength: 30,
        }),
        (task: Schedule, steps) => {
          let held: Lease | null = null;
          let nowMs = NOON;
          for (const [step, isDead] of steps) {
            nowMs += step;
            if (held !== null && isDead) held = returnClaim(held, nowMs);
            const decision: LeaseDecision = nextLease(held, nowMs, PLAN);
            if (decision.kind === "acquired") held = decision.lease;
          }
          assert.ok(held !== null);
          const window = { fromMs: held.runs[0]?.fromMs ?? 0, toMs: nowMs + 300_000 };
          const slots = [
            ...held.runs.flatMap((run) => slotsOfRun(task, run, window)),
            ...gapsWithin(held, window).flatMap((gap) =>
              nominalSlots(task, { staggerPermille: 0 }, gap),
            ),
          ];
          assert.equal(new Set(slots).size, slots.length);
          assert.equal(slots.length, nominalSlots(task, { staggerPermille: 0 }, window).length);
        },
      ),
    ));
});

describe("takeBackLease", () => {
  it("leaves a lease alone that is not far ahead", () => {
    const lease: Lease = { claimedToMs: NOON + AHEAD_TOLERANCE_MS, runs: [runOf(NOON, 2)] };
    assert.equal(takeBackLease(lease, NOON), lease);
    assert.deepEqual(takeBackLease(lease, NOON - 1), { claimedToMs: NOON, runs: [] });
  });
});

describe("termOf", () => {
  const whole = runOf(NOON, 2);
  const cut = { ...runOf(NOON + 120_000, 2), toMs: NOON + 200_000 };
  const lease: Lease = { claimedToMs: cut.toMs, runs: [whole, cut] };
  const CASES = [
    ["a term", NOON + 60_000, { fromMs: NOON + 60_000, toMs: NOON + 120_000, run: whole }],
    ["a term that was cut", NOON + 180_000, { fromMs: NOON + 180_000, toMs: cut.toMs, run: cut }],
    ["no term that begins elsewhere", NOON + 61_000, null],
    ["no term behind the last", NOON + 240_000, null],
    ["nothing of the time before its history", NOON - 1, "unknown"],
  ] as const;
  for (const [what, fromMs, expected] of CASES)
    it(`knows ${what}`, () => assert.deepEqual(termOf(lease, fromMs), expected));

  it("knows nothing without a history", () =>
    assert.equal(termOf({ claimedToMs: NOON, runs: [] }, NOON), "unknown"));
});
