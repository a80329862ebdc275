import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import {
  type ClockReading,
  isClockOff,
  readClock,
  type Sample,
  worseReading,
} from "../../../shared/clock/clock.ts";

function sample(offsetMs: number, roundTripMs: number): Sample {
  return { offsetMs, roundTripMs };
}

function readingOf(offsetMs: number | null): ClockReading {
  if (offsetMs === null) return { askedCount: 3, answeredCount: 0, figures: null };
  return readClock([[sample(offsetMs, 1)]]);
}

test("readClock takes of each poll the sample with the least round trip, and the mean of those", () => {
  const reading = readClock([
    [sample(40, 90), sample(10, 20), null],
    [sample(30, 21), sample(30, 25)],
  ]);
  assert.equal(reading.askedCount, 5);
  assert.equal(reading.answeredCount, 4);
  assert.equal(reading.figures?.offsetMs, (10 + 30) / 2);
  assert.equal(reading.figures?.roundTripMs, (20 + 21) / 2);
});

test("readClock tells how much offsets vary, and round trips from one to the next", () => {
  const { figures } = readClock([[sample(-2, 10), null, sample(2, 16)], [sample(0, 14)]]);
  // Around 0: (4 + 4 + 0) / 3.
  assert.equal(figures?.stabilityMs, Math.sqrt(8 / 3));
  // 6 and 2.
  assert.equal(figures?.jitterMs, 4);
});

test("readClock has a single sample's offset, without any jitter", () => {
  assert.deepEqual(readClock([[null, sample(-12.5, 3)]]), {
    askedCount: 2,
    answeredCount: 1,
    figures: { offsetMs: -12.5, stabilityMs: 0, jitterMs: 0, roundTripMs: 3 },
  });
});

test("readClock has no figures if nothing was answered or asked", () => {
  assert.deepEqual(readClock([[null, null], []]), {
    askedCount: 2,
    answeredCount: 0,
    figures: null,
  });
  assert.deepEqual(readClock([]), { askedCount: 0, answeredCount: 0, figures: null });
});

test("readClock's offset is within those of the samples, and is not moved by slow answers", () => {
  const arbitrarySample = fc.record({
    offsetMs: fc.integer({ min: -100_000, max: 100_000 }),
    roundTripMs: fc.integer({ min: 1, max: 1_000 }),
  });
  const polls = fc.array(fc.array(fc.option(arbitrarySample), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(polls, fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (asked, offsetMs) => {
      const { figures, answeredCount } = readClock(asked);
      const offsets = asked.flat().flatMap((one) => one?.offsetMs ?? []);
      assert.equal(answeredCount, offsets.length);
      if (figures === null) return assert.equal(offsets.length, 0);
      assert.ok(figures.offsetMs >= Math.min(...offsets) - 1e-6);
      assert.ok(figures.offsetMs <= Math.max(...offsets) + 1e-6);
      const slow = asked.map((poll) =>
        poll.some((one) => one !== null) ? [...poll, sample(offsetMs, 1_001)] : poll,
      );
      assert.equal(readClock(slow).figures?.offsetMs, figures.offsetMs);
    }),
  );
});

for (const [offsetMs, expected] of [
  [1_000, false],
  [1_000.001, true],
  [-1_000, false],
  [-1_000.001, true],
  [0, false],
  [null, false],
] as const)
  test(`isClockOff is ${expected} for an offset of ${offsetMs} ms and a threshold of 1 s`, () => {
    assert.equal(isClockOff(readingOf(offsetMs), 1_000), expected);
  });

test("worseReading is the one that is farther off, whatever the order", () => {
  const order = [null, 0, -3, 40, -41].map(readingOf);
  for (const [i, less] of order.entries())
    for (const more of order.slice(i + 1)) {
      assert.equal(worseReading(less, more), more);
      assert.equal(worseReading(more, less), more);
    }
});
