import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  firstInstantFrom,
  LEASE_TERM_MS,
  nominalSlots,
  overlap,
  phaseOf,
  SPREAD_MS,
  slotsOfTerm,
} from "../../../shared/slot/schedule.ts";
import { instant, runOf, schedule, stagger, termsOf } from "../../fakes/arbitrary-slots.ts";

describe("phaseOf", () => {
  it("is steady, within the period, and moved by the stagger", () =>
    fc.assert(
      fc.property(schedule, stagger, (task, permille) => {
        const phase = phaseOf(task, { staggerPermille: permille });
        const shift = Math.floor((task.scheduleMs * permille) / 1_000);
        assert.equal(phase, phaseOf({ ...task }, { staggerPermille: permille }));
        assert.ok(phase >= 0 && phase < task.scheduleMs);
        assert.equal(phase, (phaseOf(task, { staggerPermille: 0 }) + shift) % task.scheduleMs);
      }),
    ));

  it("stays what it is for known names, or every fleet's slots would move", () => {
    const KNOWN = [
      ["half", 1_500, 0, 708],
      ["half", 1_500, 333, 1_207],
      ["a", 1_000, 0, 715],
      ["Database Connection Check", 60_000, 0, 53_787],
      ["Database Connection Check", 60_000, 333, 13_767],
      ["ünï", 15_000, 666, 11_807],
      ["x".repeat(200), 86_400_000, 999, 15_272_561],
    ] as const;
    for (const [name, scheduleMs, permille, phase] of KNOWN)
      assert.equal(phaseOf({ name, scheduleMs }, { staggerPermille: permille }), phase);
  });

  it("spreads a thousand tasks over their period", () => {
    const tenths = Array(10).fill(0);
    for (let i = 0; i < 1_000; i++)
      tenths[
        Math.floor(
          phaseOf({ name: `task ${i}`, scheduleMs: 60_000 }, { staggerPermille: 0 }) / 6_000,
        )
      ]++;
    for (const count of tenths) assert.ok(count > 60 && count < 140, `${tenths}`);
  });
});

describe("firstInstantFrom", () => {
  const CASES = [
    [0, 10, 3, 3],
    [3, 10, 3, 3],
    [4, 10, 3, 13],
    [13, 10, 3, 13],
    [2, 10, 0, 10],
    [1, 10, 9, 9],
  ] as const;
  for (const [at, periodMs, phaseMs, first] of CASES)
    it(`is ${first} from ${at} on for ${phaseMs} mod ${periodMs}`, () =>
      assert.equal(firstInstantFrom(at, periodMs, phaseMs), first));
});

describe("slotsOfTerm with a spread and a burst", () => {
  const at = (staggerPermille: number) => ({ staggerPermille, spreadMs: 1_500, burstMs: 2_000 });
  const term = { fromMs: 1_000_000_007_000, toMs: 1_000_000_067_000 };

  it("starts a minute's tasks within the spread", () => {
    const tasks = Array.from({ length: 300 }, (_, i) => ({ name: `t${i}`, scheduleMs: 60_000 }));
    const offsets = tasks.flatMap((task) => slotsOfTerm(task, at(0), term));
    assert.equal(offsets.length, 300);
    const last = Math.max(...offsets) - term.fromMs;
    assert.ok(Math.min(...offsets) >= term.fromMs && last < 1_500 && last > 1_400, `${last}`);
  });

  it("starts tasks under a minute within the burst after the region's own instant", () => {
    for (const [permille, shiftMs] of [
      [0, 0],
      [333, 9_990],
      [999, 29_970],
    ] as const) {
      for (let i = 0; i < 100; i++) {
        const slots = slotsOfTerm({ name: `t${i}`, scheduleMs: 30_000 }, at(permille), term);
        assert.equal(slots.length, 2);
        for (const slot of slots) assert.ok((slot - shiftMs + 30_000) % 30_000 < 2_000);
      }
    }
  });

  it("spreads a task of a shorter period than the burst over its period", () => {
    const task = { name: "a", scheduleMs: 1_000 };
    assert.deepEqual(
      slotsOfTerm(task, at(0), term),
      slotsOfTerm(task, { staggerPermille: 0 }, term),
    );
  });
});

describe("slotsOfTerm", () => {
  it("gives a task under a minute exactly its nominal slots, term by term", () =>
    fc.assert(
      fc.property(schedule, stagger, instant, fc.integer({ min: 1, max: 20 }), (task, s, at, n) => {
        fc.pre(task.scheduleMs < LEASE_TERM_MS);
        const run = runOf(at, n);
        const slots = termsOf(run).flatMap((term) =>
          slotsOfTerm(task, { staggerPermille: s }, term),
        );
        assert.deepEqual(slots, nominalSlots(task, { staggerPermille: s }, run));
      }),
    ));

  it("gives every nominal slot of a longer schedule one instant in its term's first ten seconds", () =>
    fc.assert(
      fc.property(schedule, stagger, instant, fc.integer({ min: 1, max: 60 }), (task, s, at, n) => {
        fc.pre(task.scheduleMs >= LEASE_TERM_MS);
        for (const term of termsOf(runOf(at, n))) {
          const slots = slotsOfTerm(task, { staggerPermille: s }, term);
          assert.equal(slots.length, nominalSlots(task, { staggerPermille: s }, term).length);
          for (const slot of slots)
            assert.ok(slot >= term.fromMs && slot < term.fromMs + SPREAD_MS);
        }
      }),
    ));
});

describe("overlap", () => {
  const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });
  const CASES = [
    [span(0, 10), span(5, 15), span(5, 10)],
    [span(0, 10), span(2, 3), span(2, 3)],
    [span(0, 10), span(10, 20), null],
    [span(5, 6), span(0, 1), null],
  ] as const;
  for (const [a, b, both] of CASES)
    it(`of ${a.fromMs}–${a.toMs} and ${b.fromMs}–${b.toMs}`, () => {
      assert.deepEqual(overlap(a, b), both);
      assert.deepEqual(overlap(b, a), both);
    });
});
