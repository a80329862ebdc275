import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { sampleOf } from "../../../shared/clock/clock.ts";

const NOON = Date.UTC(2026, 0, 1, 12);

/** An exchange whose question was asked at noon, by a clock that must be set forward by `offset`. */
function exchangeOf(offset: number, there: number, held: number, back: number) {
  return {
    askedAtMs: NOON,
    arrivedAtMs: NOON + there + offset,
    answeredAtMs: NOON + there + held + offset,
    receivedAtMs: NOON + there + held + back,
  };
}

const CASES: readonly (readonly [what: string, at: number[], offset: number, trip: number])[] = [
  ["a clock that is right", [0, 10, 0, 10], 0, 20],
  ["a clock that is 250 ms behind", [250, 10, 3, 10], 250, 20],
  ["a clock that is 10 s ahead", [-10_000, 10, 0, 10], -10_000, 20],
  ["a way there that is 40 ms longer: half of it", [0, 50, 0, 10], 20, 60],
  ["a way back that is 40 ms longer: half of it", [0, 10, 0, 50], -20, 60],
  ["no way at all", [7, 0, 0, 0], 7, 0],
];

for (const [what, [offset = 0, there = 0, held = 0, back = 0], expected, trip] of CASES)
  test(`sampleOf tells of ${what}`, () => {
    const sample = sampleOf(exchangeOf(offset, there, held, back));
    assert.deepEqual(sample, { offsetMs: expected, roundTripMs: trip });
  });

test("sampleOf is true to within half the round trip, whatever the delays", () => {
  const delay = fc.integer({ min: 0, max: 3_000_000 });
  const offset = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
  fc.assert(
    fc.property(offset, delay, delay, delay, (offsetMs, there, held, back) => {
      const sample = sampleOf(exchangeOf(offsetMs, there, held, back)) ?? assert.fail();
      assert.equal(sample.roundTripMs, there + back);
      assert.ok(Math.abs(sample.offsetMs - offsetMs) <= sample.roundTripMs / 2);
      assert.equal(sample.offsetMs, offsetMs + (there - back) / 2);
    }),
  );
});

test("sampleOf takes no answer that was held for longer than it was waited for", () => {
  const held = (ms: number) => ({ ...exchangeOf(0, 0, 0, 5), answeredAtMs: NOON + ms });
  assert.deepEqual(sampleOf(held(5)), { offsetMs: 0, roundTripMs: 0 });
  // Both clocks count whole milliseconds.
  assert.deepEqual(sampleOf(held(7)), { offsetMs: 1, roundTripMs: 0 });
  assert.equal(sampleOf(held(8)), null);
  assert.equal(sampleOf(held(-1)), null);
});
