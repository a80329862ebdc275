import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { nextRecheck, recheckOffsets } from "../../../../functions/probe/lease/recheck-plan.ts";
import { DEFAULT_ALERT_POLICY } from "../../../../shared/health/rules/rules.ts";
import { aTask } from "../../../fakes/results.ts";

const { recheckSeconds } = DEFAULT_ALERT_POLICY;

/** The rechecks after a failed slot at 0, as second and timeout in seconds, if each ends after `endMs`. */
function rechecksOf(scheduleMs: number, timeoutMs: number, endMs = 20): [number, number][] {
  const task = aTask("t", { scheduleMs, timeoutMs });
  const plan = { task, fromMs: 0, offsetsMs: recheckOffsets(recheckSeconds, scheduleMs) };
  const made: [number, number][] = [];
  let due = nextRecheck(plan, 0, Math.min(endMs, timeoutMs));
  while (due !== null) {
    made.push([due.atMs / 1_000, due.timeoutMs / 1_000]);
    const startedAtMs = Math.max(due.atMs, (made.at(-2)?.[0] ?? 0) * 1_000);
    due = nextRecheck(plan, due.atMs, startedAtMs + Math.min(endMs, due.timeoutMs));
  }
  return made;
}

const TABLE: readonly (readonly [seconds: number, timeout: number, [number, number][]])[] = [
  [5, 5, []],
  [6, 5, [[5, 1]]],
  [
    15,
    5,
    [
      [5, 5],
      [12, 3],
    ],
  ],
  [
    30,
    10,
    [
      [5, 7],
      [12, 8],
      [20, 8],
    ],
  ],
  [
    60,
    30,
    [
      [5, 7],
      [12, 8],
      [20, 10],
      [30, 10],
      [40, 10],
      [50, 10],
    ],
  ],
  [
    300,
    2,
    [
      [5, 2],
      [12, 2],
      [20, 2],
      [30, 2],
      [40, 2],
      [50, 2],
    ],
  ],
];

describe("nextRecheck", () => {
  for (const [seconds, timeout, expected] of TABLE)
    it(`gives ${expected.length} rechecks for a schedule of ${seconds} s and a timeout of ${timeout} s`, () =>
      assert.deepEqual(rechecksOf(seconds * 1_000, timeout * 1_000), expected));

  it("waits for a check that takes its whole timeout, and leaves out what has passed by then", () => {
    assert.deepEqual(
      rechecksOf(60_000, 5_002, 60_000).map(([second]) => second),
      [5, 12, 20, 30, 40, 50],
    );
    assert.deepEqual(
      rechecksOf(60_000, 7_000, 60_000).map(([second]) => second),
      [12, 20, 30, 40, 50],
    );
  });

  for (const [nowMs, atMs] of [
    [6_000, 5_000],
    [6_001, 12_000],
    [13_001, null],
  ] as const)
    it(`gives ${atMs ?? "nothing"} at ${nowMs} ms after the slot`, () => {
      const plan = { task: aTask("t"), fromMs: 0, offsetsMs: [5_000, 12_000] };
      assert.equal(nextRecheck(plan, 0, nowMs)?.atMs ?? null, atMs);
    });

  it("never repeats a recheck, and ends each before the next one and before the next slot", () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 10 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 30 }),
        (seconds, scheduleSeconds, timeoutSeconds) => {
          const scheduleMs = scheduleSeconds * 1_000;
          const timeoutMs = Math.min(scheduleMs, timeoutSeconds * 1_000);
          const offsetsMs = recheckOffsets(
            seconds.toSorted((a, b) => a - b),
            scheduleMs,
          );
          const plan = { task: aTask("t", { scheduleMs, timeoutMs }), fromMs: 0, offsetsMs };
          let lastMs = 0;
          for (const offsetMs of offsetsMs) {
            const due = nextRecheck(plan, lastMs, lastMs);
            assert.equal(due?.atMs, offsetMs);
            const nextMs = offsetsMs.find((other) => other > offsetMs) ?? scheduleMs;
            assert.ok(due.timeoutMs > 0 && due.timeoutMs <= timeoutMs);
            assert.ok(offsetMs + due.timeoutMs <= nextMs);
            lastMs = offsetMs;
          }
          assert.equal(nextRecheck(plan, lastMs, lastMs), null);
        },
      ),
    ));
});
