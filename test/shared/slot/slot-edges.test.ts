import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  gapsWithin,
  LEASE_HISTORY_MS,
  LEASE_TERM_MS,
  type Lease,
  type LeaseRun,
  nextLease,
  nominalSlots,
  overlap,
  phaseOf,
  returnClaim,
  SLOT_SLACK_MS,
  slotsOfRun,
  slotsOfTerm,
} from "../../../shared/slot/slot.ts";
import { NOON, runOf, termsOf } from "../../fakes/arbitrary-slots.ts";

const LEASE_HISTORY_RUNS = 200;
const PLAN = { bundle: "b1", staggerPermille: 0 };
const FAST = { name: "fast", scheduleMs: 15_000 };
const MINUTELY = { name: "minutely", scheduleMs: 60_000 };
const SLOW = { name: "slow", scheduleMs: 300_000 };

/** The first nominal slot of a task after noon. */
function slotAfterNoon(task: typeof FAST): number {
  const from = NOON - (NOON % task.scheduleMs);
  return from + task.scheduleMs + phaseOf(task, { staggerPermille: 0 });
}

describe("a slot on the edge of an interval", () => {
  for (const task of [FAST, MINUTELY, SLOW]) {
    const slot = slotAfterNoon(task);
    const before = { fromMs: slot - 1_000, toMs: slot };
    const after = { fromMs: slot, toMs: slot + 1_000 };

    it(`belongs to the interval that it begins, with a schedule of ${task.scheduleMs} ms`, () => {
      assert.deepEqual(nominalSlots(task, { staggerPermille: 0 }, before), []);
      assert.deepEqual(nominalSlots(task, { staggerPermille: 0 }, after), [slot]);
      assert.deepEqual(
        nominalSlots(task, { staggerPermille: 0 }, { fromMs: slot, toMs: slot + 1 }),
        [slot],
      );
      assert.deepEqual(
        nominalSlots(task, { staggerPermille: 0 }, { fromMs: slot + 1, toMs: slot + 2 }),
        [],
      );
    });

    it(`belongs to the term that it begins, with a schedule of ${task.scheduleMs} ms`, () => {
      const ended = { fromMs: slot - LEASE_TERM_MS, toMs: slot };
      const begun = { fromMs: slot, toMs: slot + LEASE_TERM_MS };
      const perTerm = Math.max(1, LEASE_TERM_MS / task.scheduleMs);
      assert.equal(slotsOfTerm(task, { staggerPermille: 0 }, begun).length, perTerm);
      assert.equal(
        slotsOfTerm(task, { staggerPermille: 0 }, ended).length,
        task === SLOW ? 0 : perTerm,
      );
    });

    it(`belongs to one of two windows, with a schedule of ${task.scheduleMs} ms`, () => {
      const run = runOf(slot - 2 * LEASE_TERM_MS, 4);
      const [own] = slotsOfRun(task, run, { fromMs: slot, toMs: slot + LEASE_TERM_MS });
      assert.ok(own !== undefined);
      assert.deepEqual(slotsOfRun(task, run, { fromMs: own, toMs: own + 1 }), [own]);
      assert.deepEqual(slotsOfRun(task, run, { fromMs: own - 1, toMs: own }), []);
      assert.deepEqual(slotsOfRun(task, run, { fromMs: own + 1, toMs: own + 2 }), []);
    });
  }
});

describe("slotsOfRun", () => {
  for (const task of [{ ...FAST, scheduleMs: 59_000 }, MINUTELY, { ...SLOW, scheduleMs: 61_000 }]) {
    it(`gives the slots of the run's terms, with a schedule of ${task.scheduleMs} ms`, () => {
      const run = runOf(NOON + 17_000, 5);
      const slots = termsOf(run).flatMap((term) => slotsOfTerm(task, { staggerPermille: 0 }, term));
      assert.deepEqual(slotsOfRun(task, run, run), slots);
      assert.ok(slots.length >= 4);
    });
  }

  it("gives a task under a minute no slot after the end of a run that was cut within a term", () => {
    const slot = slotAfterNoon(FAST);
    const run = { ...PLAN, fromMs: slot - 30_000, toMs: slot };
    const window = { fromMs: slot - 60_000, toMs: slot + 60_000 };
    assert.deepEqual(slotsOfRun(FAST, run, window), [slot - 30_000, slot - 15_000]);
    assert.deepEqual(slotsOfRun(FAST, { ...run, toMs: slot + 1 }, window).at(-1), slot);
  });
});

describe("overlap", () => {
  it("of neighbours is null, and of intervals that share one millisecond is that", () => {
    const a = { fromMs: 0, toMs: 10 };
    assert.equal(overlap(a, { fromMs: 10, toMs: 20 }), null);
    assert.equal(overlap(a, { fromMs: -5, toMs: 0 }), null);
    assert.deepEqual(overlap(a, { fromMs: 9, toMs: 20 }), { fromMs: 9, toMs: 10 });
    assert.deepEqual(overlap(a, { fromMs: -5, toMs: 1 }), { fromMs: 0, toMs: 1 });
    assert.deepEqual(overlap(a, a), a);
    assert.equal(overlap(a, { fromMs: 5, toMs: 5 }), null);
  });
});

describe("gapsWithin", () => {
  const first = runOf(NOON, 1);
  const second = runOf(first.toMs + 1, 1);
  const lease: Lease = { claimedToMs: second.toMs, runs: [first, second] };

  const WINDOWS: readonly (readonly [fromMs: number, toMs: number, gaps: object[]])[] = [
    [NOON, first.toMs, []],
    [NOON, first.toMs + 1, [{ fromMs: first.toMs, toMs: first.toMs + 1, after: first }]],
    [first.toMs + 1, second.toMs, []],
    [
      first.toMs + 1,
      second.toMs + 1,
      [{ fromMs: second.toMs, toMs: second.toMs + 1, after: second }],
    ],
    [NOON - 5, NOON, []],
  ];
  for (const [fromMs, toMs, gaps] of WINDOWS) {
    it(`gives ${gaps.length} of the window from ${fromMs - NOON} to ${toMs - NOON} ms`, () =>
      assert.deepEqual(gapsWithin(lease, { fromMs, toMs }), gaps));
  }

  it("gives none between runs that touch, and none of a lease without runs", () => {
    const next = { ...runOf(first.toMs, 1), bundle: "b2" };
    const touching = { claimedToMs: next.toMs, runs: [first, next] };
    assert.deepEqual(gapsWithin(touching, { fromMs: NOON, toMs: next.toMs }), []);
    assert.deepEqual(gapsWithin({ claimedToMs: NOON, runs: [] }, { fromMs: 0, toMs: NOON }), []);
  });
});

function acquire(held: Lease | null, nowMs: number) {
  const decision = nextLease(held, nowMs, PLAN);
  assert.ok(decision.kind === "acquired");
  return decision;
}

describe("nextLease", () => {
  const held: Lease = { claimedToMs: NOON, runs: [runOf(NOON - 60_000, 1)] };

  const INSTANTS: readonly (readonly [offsetMs: number, startMs: number | "duplicate"])[] = [
    [-30_001, "duplicate"],
    [-30_000, 0],
    [-29_999, 0],
    [-1, 0],
    [0, 0],
    [1, 0],
    [2_999, 0],
    [3_000, 0],
    [3_001, 3_000],
    [3_999, 3_000],
    [4_000, 4_000],
  ];
  for (const [offsetMs, startMs] of INSTANTS) {
    it(`${offsetMs} ms after the lease's end gives ${startMs}`, () => {
      if (startMs === "duplicate") {
        assert.equal(nextLease(held, NOON + offsetMs, PLAN).kind, "duplicate");
        return;
      }
      const { term } = acquire(held, NOON + offsetMs);
      assert.deepEqual(term, { fromMs: NOON + startMs, toMs: NOON + startMs + 60_000 });
    });
  }

  it("keeps a run that ended a millisecond less than a day before the term, and no older one", () => {
    const endingAt = (toMs: number): LeaseRun => ({ ...PLAN, fromMs: toMs - 60_000, toMs });
    const dropped = endingAt(NOON - LEASE_HISTORY_MS);
    const kept = { ...endingAt(NOON - LEASE_HISTORY_MS + 1), bundle: "b2" };
    const { lease } = acquire({ claimedToMs: NOON, runs: [dropped, kept] }, NOON);
    assert.deepEqual(lease.runs, [kept, { ...PLAN, fromMs: NOON, toMs: NOON + 60_000 }]);
    assert.equal(LEASE_HISTORY_MS, 86_400_000);
  });

  for (const count of [LEASE_HISTORY_RUNS - 1, LEASE_HISTORY_RUNS]) {
    it(`of a lease of ${count} other runs has ${LEASE_HISTORY_RUNS}, the newest last`, () => {
      const runs = Array.from({ length: count }, (_, i) => ({
        ...runOf(NOON - (count - i) * 60_000, 1),
        bundle: `other ${i}`,
      }));
      const { lease } = acquire({ claimedToMs: NOON, runs }, NOON);
      assert.equal(lease.runs.length, LEASE_HISTORY_RUNS);
      assert.equal(lease.runs[0], runs[count + 1 - LEASE_HISTORY_RUNS]);
      assert.equal(lease.runs.at(-1)?.fromMs, NOON);
    });
  }

  it("extends the last run, whatever was before it", () => {
    const other = { ...runOf(NOON - 120_000, 1), bundle: "b2" };
    const { lease } = acquire({ claimedToMs: NOON, runs: [other, runOf(NOON - 60_000, 1)] }, NOON);
    assert.deepEqual(lease.runs, [other, runOf(NOON - 60_000, 2)]);
  });

  it("extends a run that does not start at a whole minute", () => {
    const run = runOf(NOON + 17_000, 2);
    const { lease } = acquire({ claimedToMs: run.toMs, runs: [run] }, run.toMs);
    assert.deepEqual(lease.runs, [runOf(NOON + 17_000, 3)]);
  });

  it("does not extend a run that was cut within a term, for its terms would be others", () => {
    const cut = { ...PLAN, fromMs: NOON - 59_000, toMs: NOON };
    const { lease } = acquire({ claimedToMs: NOON, runs: [cut] }, NOON);
    assert.deepEqual(lease.runs, [cut, { ...PLAN, fromMs: NOON, toMs: NOON + 60_000 }]);
  });
});

describe("returnClaim", () => {
  const lease: Lease = { claimedToMs: NOON + 60_000, runs: [runOf(NOON, 1)] };

  const INSTANTS: readonly (readonly [nowMs: number, claimedToMs: number])[] = [
    [0, 0],
    [1, 1_000],
    [1_000, 1_000],
    [58_999, 59_000],
    [59_000, 59_000],
    [59_001, 60_000],
    [60_000, 60_000],
    [60_001, 60_000],
  ];
  for (const [nowMs, claimedToMs] of INSTANTS) {
    it(`${nowMs} ms into the term leaves ${claimedToMs} ms of it`, () => {
      const toMs = NOON + claimedToMs;
      const runs = claimedToMs === 0 ? [] : [{ ...runOf(NOON, 1), toMs }];
      assert.deepEqual(returnClaim(lease, NOON + nowMs), { claimedToMs: toMs, runs });
    });
  }
});

describe("returnClaim of several runs", () => {
  it("leaves the runs that ended before as they are", () => {
    const ended = { ...runOf(NOON - 60_000, 1), bundle: "b2" };
    const lease: Lease = { claimedToMs: NOON + 60_000, runs: [ended, runOf(NOON, 1)] };
    assert.deepEqual(returnClaim(lease, NOON + 5_000).runs, [
      ended,
      { ...runOf(NOON, 1), toMs: NOON + 5_000 },
    ]);
  });
});

describe("SLOT_SLACK_MS", () => {
  it("is five seconds: what starts later is missed", () => assert.equal(SLOT_SLACK_MS, 5_000));
});

/** Names as users give them: numbered, by host, and by code. */
const NAMINGS: readonly ((i: number) => string)[] = [
  (i) => `task ${i}`,
  (i) => `db-${i % 10}.eu-${Math.floor(i / 10)}.example.com:5432`,
  (i) => i.toString(36).padStart(6, "0"),
];

/** How many of `values` fall into each of as many equal parts of `[0, range)`. */
function partsOf(values: readonly number[], range: number, count: number): number[] {
  const parts = Array.from({ length: count }, () => 0);
  for (const value of values) {
    const part = Math.floor((value * count) / range);
    parts[part] = (parts[part] ?? Number.NaN) + 1;
  }
  return parts;
}

/** Chi-squared of 20 equal parts: a fair spread exceeds 43.8 once in a thousand times. */
function assertSpread(values: readonly number[], range: number): void {
  const share = values.length / 20;
  const parts = partsOf(values, range, 20);
  const chi = parts.reduce((sum, part) => sum + (part - share) ** 2 / share, 0);
  assert.ok(chi < 43.8, `chi-squared ${chi} of ${parts}`);
}

describe("slots of many tasks", () => {
  const TERM = { fromMs: NOON, toMs: NOON + LEASE_TERM_MS };
  for (const [i, naming] of NAMINGS.entries()) {
    const names = Array.from({ length: 4_000 }, (_, n) => naming(n));

    for (const scheduleMs of [1_000, 15_000, 60_000, 300_000, 86_400_000]) {
      it(`are spread over a period of ${scheduleMs} ms, naming ${i}`, () =>
        assertSpread(
          names.map((name) => phaseOf({ name, scheduleMs }, { staggerPermille: 0 })),
          scheduleMs,
        ));
    }

    it(`are spread over the first ten seconds of a term, naming ${i}`, () => {
      const tasks = names.map((name) => ({ name, scheduleMs: 60_000 }));
      const slots = tasks.flatMap((task) => slotsOfTerm(task, { staggerPermille: 0 }, TERM));
      assert.equal(slots.length, names.length);
      assertSpread(
        slots.map((slot) => slot - NOON),
        10_000,
      );
    });
  }

  it("are in the first ten seconds for any phase: the spread is not the phase again", () => {
    const tasks = Array.from({ length: 4_000 }, (_, n) => ({ name: `t${n}`, scheduleMs: 60_000 }));
    const early = tasks.filter((task) => phaseOf(task, { staggerPermille: 0 }) < 10_000);
    const offsets = early.flatMap((task) =>
      slotsOfTerm(task, { staggerPermille: 0 }, TERM).map((slot) => slot - NOON),
    );
    const same = early.filter((task, i) => offsets[i] === phaseOf(task, { staggerPermille: 0 }));
    assert.ok(same.length < early.length / 100, `${same.length} of ${early.length}`);
  });
});
