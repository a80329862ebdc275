import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Figures,
  figuresOf,
  type JudgedCheck,
  UNKNOWN_TIMES,
} from "../../../shared/summary/figures.ts";
import { mergeFigures } from "../../../shared/summary/merge-figures.ts";
import { coarsenSketch, relativeErrorOf } from "../../../shared/summary/time-sketch.ts";
import { anyChecks } from "../health/arbitrary-checks.ts";
import { regionWindow } from "../health/windows.ts";

const MICROSECOND = 0.001;

interface Part {
  readonly checks: readonly JudgedCheck[];
  readonly missed: number;
}

const anyParts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.record({ checks: anyChecks(), missed: fc.nat(3) }),
  { maxLength: 6 },
);

function figuresOfPart({ checks, missed }: Part): Figures {
  return figuresOf({ expectedCount: checks.length + missed }, checks);
}

function figuresOfAll(parts: readonly Part[]): Figures {
  const checks = parts.flatMap((part) => part.checks);
  const missed = parts.reduce((sum, part) => sum + part.missed, 0);
  return figuresOfPart({ checks, missed });
}

/** What a sketch or a rounding can't disturb. */
function exactOf(figures: Figures): Partial<Figures> {
  const {
    avgConnectTimeMs,
    stddevConnectTimeMs,
    p50ConnectTimeMs,
    p95ConnectTimeMs,
    p99ConnectTimeMs,
    ...exact
  } = figures;
  return exact;
}

function assertNear(value: number | null, exact: number | null, bound: number): void {
  if (value === null || exact === null) {
    assert.equal(value, exact);
    return;
  }
  assert.ok(Math.abs(value - exact) <= bound + 1e-9, `${value} is not within ${bound} of ${exact}`);
}

const RANKS = ["p50ConnectTimeMs", "p95ConnectTimeMs", "p99ConnectTimeMs"] as const;

function assertSame(merged: Figures, whole: Figures, error: number): void {
  assertNear(merged.avgConnectTimeMs, whole.avgConnectTimeMs, MICROSECOND);
  assertNear(merged.stddevConnectTimeMs, whole.stddevConnectTimeMs, MICROSECOND);
  for (const rank of RANKS) {
    assertNear(merged[rank], whole[rank], error * Number(whole[rank]) + MICROSECOND);
  }
}

describe("mergeFigures", () => {
  it("of any parts are the figures of all their checks", () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const merged = mergeFigures(parts.map(figuresOfPart));
        const whole = figuresOfAll(parts);
        assert.deepEqual(exactOf(merged), exactOf(whole));
        assertSame(merged, whole, relativeErrorOf(0));
      }),
    );
  });

  it("is as exact as the coarsest part states", () => {
    fc.assert(
      fc.property(anyParts, fc.nat(3), (parts, level) => {
        const figures = parts.map(figuresOfPart).map((part, i) => {
          const { timeSketch } = part;
          if (i % 2 === 0 || timeSketch === null) return part;
          return { ...part, timeSketch: coarsenSketch(timeSketch, level) };
        });
        assertSame(mergeFigures(figures), figuresOfAll(parts), relativeErrorOf(level));
      }),
    );
  });

  it("gives the same when parts are merged step by step", () => {
    fc.assert(
      fc.property(anyParts, anyParts, (some, others) => {
        const [a, b] = [some.map(figuresOfPart), others.map(figuresOfPart)];
        const stepwise = mergeFigures([mergeFigures(a), mergeFigures(b)]);
        const atOnce = mergeFigures([...a, ...b]);
        assert.deepEqual(exactOf(stepwise), exactOf(atOnce));
        assertNear(stepwise.avgConnectTimeMs, atOnce.avgConnectTimeMs, MICROSECOND);
      }),
    );
  });

  it("keeps percentiles in order and within the extremes", () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const f = mergeFigures(parts.map(figuresOfPart));
        const order = [f.minConnectTimeMs, ...RANKS.map((rank) => f[rank]), f.maxConnectTimeMs];
        const known = order.map(Number);
        assert.deepEqual(
          known,
          known.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it("leaves a part's exact percentiles when no other has times", () => {
    const { figures } = regionWindow("ppp@12.345");
    const merged = mergeFigures([regionWindow("ff").figures, figures]);
    assert.equal(merged.p95ConnectTimeMs, 12.345);
    assert.equal(merged.failedCount, 2);
    assert.equal(merged.expectedCount, 5);
  });

  const known = regionWindow("pp@10").figures;

  it("gives null for what a part does not know, and the extremes all the same", () => {
    const unknown = { ...regionWindow("ppf@30").figures, ...UNKNOWN_TIMES };
    const merged = mergeFigures([known, unknown]);
    assert.equal(merged.successfulCount, 4);
    assert.equal(merged.minConnectTimeMs, 10);
    assert.equal(merged.maxConnectTimeMs, 30);
    for (const field of [
      "avgConnectTimeMs",
      "stddevConnectTimeMs",
      "timedCount",
      "sumConnectTimeMs",
      "timeSketch",
      ...RANKS,
    ] as const) {
      assert.equal(merged[field], null, field);
    }
  });

  it("needs the sketch for percentiles alone", () => {
    const merged = mergeFigures([known, { ...regionWindow("pp@30").figures, timeSketch: null }]);
    assert.equal(merged.avgConnectTimeMs, 20);
    assert.equal(merged.stddevConnectTimeMs, 10);
    assert.equal(merged.timedCount, 4);
    assert.equal(merged.sumConnectTimeMs, 80);
    assert.equal(merged.p50ConnectTimeMs, null);
    assert.equal(merged.timeSketch, null);
  });
});
