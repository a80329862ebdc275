import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  binOf,
  coarsenSketch,
  countOf,
  EMPTY_SKETCH,
  mergeSketches,
  percentileIn,
  relativeErrorOf,
  sketchSorted,
  type TimeSketch,
} from "../../../shared/summary/time-sketch.ts";
import { toMicrosecondPrecision } from "../../../shared/units.ts";

const GAMMA = 1.01 / 0.99;

const anyTime = fc.oneof(
  fc.double({ min: 0, max: 30_000, noNaN: true }).map(toMicrosecondPrecision),
  fc.nat(50).map((microseconds) => microseconds / 1_000),
  fc.constantFrom(10, 10.001, 20),
);
const anyTimes = fc.array(anyTime, { maxLength: 80 });
const anyLevel = fc.nat(4);

function sketchOf(times: readonly number[], level = 0): TimeSketch {
  return coarsenSketch(sketchSorted(times.toSorted((a, b) => a - b)), level);
}

const anySketch = fc.tuple(anyTimes, anyLevel).map(([times, level]) => sketchOf(times, level));

function exactRank(times: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent * times.length) / 100));
  return times.toSorted((a, b) => a - b)[rank - 1] ?? Number.NaN;
}

/** Within the error, with room for the last digits of floating point; bin 0 is a microsecond wide. */
function assertWithin(value: number | null, exact: number, error: number): void {
  assert.ok(value !== null);
  const bound = Math.max(error * exact, exact <= 0.001 ? 0.001 : 0) + 1e-9;
  assert.ok(Math.abs(value - exact) <= bound, `${value} is not within ${bound} of ${exact}`);
}

describe("sketchSorted", () => {
  it("counts times by bins, a microsecond and less in the least", () => {
    assert.deepEqual(sketchSorted([]), EMPTY_SKETCH);
    assert.deepEqual(sketchSorted([0, 0.001, 0.002]), {
      level: 0,
      bins: [
        [0, 2],
        [Math.ceil(Math.log(2) / Math.log(GAMMA)), 1],
      ],
    });
  });

  it("keeps apart what differs by more than two errors, and joins what is within a bin", () => {
    assert.equal(sketchSorted([10, 10.001]).bins.length, 1);
    assert.equal(sketchSorted([10, 10.3]).bins.length, 2);
  });

  it("holds every time once", () => {
    fc.assert(
      fc.property(anyTimes, (times) => {
        const { bins } = sketchOf(times);
        assert.equal(countOf(sketchOf(times)), times.length);
        assert.ok(bins.every(([bin, count], i) => count > 0 && bin > (bins[i - 1]?.[0] ?? -1)));
      }),
    );
  });
});

describe("binOf", () => {
  it("puts no whole microsecond so near a bin's end that two machines could differ", () => {
    for (let bin = 1; binOf(60_000) >= bin; bin++) {
      const end = GAMMA ** bin;
      for (const whole of [Math.floor(end), Math.ceil(end)]) {
        if (whole === 1) continue;
        const place = Math.log(whole) / Math.log(GAMMA);
        assert.ok(Math.abs(place - Math.round(place)) > 1e-9, `${whole} µs is at ${place}`);
      }
    }
  });
});

describe("percentileIn", () => {
  it("is within 1 % of the exact nearest-rank value", () => {
    fc.assert(
      fc.property(fc.array(anyTime, { minLength: 1, maxLength: 80 }), fc.nat(100), (times, p) =>
        assertWithin(percentileIn(sketchOf(times), p), exactRank(times, p), 0.01),
      ),
    );
  });

  it("is within the stated error at every level", () => {
    fc.assert(
      fc.property(
        fc.array(anyTime, { minLength: 1, maxLength: 80 }),
        anyLevel,
        fc.nat(100),
        (times, level, p) =>
          assertWithin(
            percentileIn(sketchOf(times, level), p),
            exactRank(times, p),
            relativeErrorOf(level),
          ),
      ),
    );
  });

  it("is null of no times", () => assert.equal(percentileIn(EMPTY_SKETCH, 50), null));
});

describe("relativeErrorOf", () => {
  const cases = [
    [0, 0.01],
    [1, 0.02],
    [2, 0.04],
    [3, 0.08],
  ] as const;
  for (const [level, error] of cases) {
    it(`is about ${error} at level ${level}`, () => {
      assert.ok(Math.abs(relativeErrorOf(level) - error) < 0.0005);
    });
  }
});

describe("mergeSketches", () => {
  it("equals the sketch of all times", () => {
    fc.assert(
      fc.property(anyTimes, anyTimes, anyLevel, (a, b, level) => {
        assert.deepEqual(
          mergeSketches(sketchOf(a, level), sketchOf(b, level)),
          sketchOf([...a, ...b], level),
        );
      }),
    );
  });

  it("is commutative and associative, whatever the levels", () => {
    fc.assert(
      fc.property(anySketch, anySketch, anySketch, (a, b, c) => {
        assert.deepEqual(mergeSketches(a, b), mergeSketches(b, a));
        assert.deepEqual(
          mergeSketches(mergeSketches(a, b), c),
          mergeSketches(a, mergeSketches(b, c)),
        );
      }),
    );
  });

  it("coarsens the finer one", () => {
    fc.assert(
      fc.property(anyTimes, anyTimes, anyLevel, (a, b, level) => {
        const merged = mergeSketches(sketchOf(a), sketchOf(b, level));
        assert.deepEqual(merged, sketchOf([...a, ...b], level));
      }),
    );
  });

  it("changes neither", () => {
    const a = sketchOf([1, 2]);
    mergeSketches(a, a);
    assert.deepEqual(a, sketchOf([1, 2]));
  });
});

describe("coarsenSketch", () => {
  it("takes levels one by one or at once", () => {
    fc.assert(
      fc.property(anyTimes, (times) => {
        const stepwise = coarsenSketch(coarsenSketch(sketchOf(times), 1), 3);
        assert.deepEqual(stepwise, sketchOf(times, 3));
      }),
    );
  });

  it("makes no sketch finer", () => {
    assert.deepEqual(coarsenSketch(sketchOf([5], 2), 1), sketchOf([5], 2));
  });
});
