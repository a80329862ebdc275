import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  figuresOf,
  firstSynAverage,
  type JudgedCheck,
  lossPercent,
} from "../../../shared/summary/figures.ts";
import { EMPTY_SKETCH, sketchSorted } from "../../../shared/summary/time-sketch.ts";
import { anyChecks } from "../health/arbitrary-checks.ts";
import { regionWindow } from "../health/windows.ts";

function timed(...times: readonly (number | null)[]): JudgedCheck[] {
  return times.map((connectTimeMs, slotAtMs) => ({
    slotAtMs,
    verdict: "passed",
    errorKind: null,
    connectTimeMs,
    synRetransmits: 0,
  }));
}

describe("figuresOf", () => {
  const counts = [
    { short: "pppp", expected: 4, missed: 0, ok: 4, failed: 0, uncounted: 0, percent: 0 },
    { short: "pfpt", expected: 4, missed: 0, ok: 2, failed: 2, uncounted: 0, percent: 50 },
    { short: "ppf", expected: 3, missed: 0, ok: 2, failed: 1, uncounted: 0, percent: 100 / 3 },
    { short: "pfum", expected: 4, missed: 1, ok: 1, failed: 1, uncounted: 1, percent: 50 },
    { short: "uumm", expected: 4, missed: 2, ok: 0, failed: 0, uncounted: 2, percent: null },
    { short: "mmmm", expected: 4, missed: 4, ok: 0, failed: 0, uncounted: 0, percent: null },
    { short: "", expected: 0, missed: 0, ok: 0, failed: 0, uncounted: 0, percent: null },
  ];
  for (const row of counts) {
    it(`counts "${row.short}"`, () => {
      const { figures } = regionWindow(row.short);
      assert.equal(figures.expectedCount, row.expected);
      assert.equal(figures.missedCount, row.missed);
      assert.equal(figures.successfulCount, row.ok);
      assert.equal(figures.failedCount, row.failed);
      assert.equal(figures.uncountedCount, row.uncounted);
      assert.equal(figures.sampleCount, row.ok + row.failed);
      assert.equal(figures.failurePercent, row.percent);
    });
  }

  it("misses none if more checks came than slots were expected", () => {
    assert.equal(figuresOf({ expectedCount: 1 }, timed(1, 2)).missedCount, 0);
    assert.equal(figuresOf({ expectedCount: 2 }, timed(1, 2)).missedCount, 0);
    assert.equal(figuresOf({ expectedCount: 3 }, timed(1, 2)).missedCount, 1);
  });

  const losses = [
    { short: "pppp@10", average: 10, firstSyn: 10, lost: 0, percent: 0 },
    { short: "pr@10", average: 510, firstSyn: 10, lost: 1, percent: 50 },
    { short: "rr@10", average: 1_010, firstSyn: null, lost: 2, percent: 100 },
    { short: "pppr@none", average: null, firstSyn: null, lost: 0, percent: null },
    { short: "ffrp@10", average: 510, firstSyn: 10, lost: 1, percent: 50 },
    { short: "ffff", average: null, firstSyn: null, lost: 0, percent: null },
  ];
  for (const { short, average, firstSyn, lost, percent } of losses) {
    it(`finds ${lost} repeated SYNs in "${short}"`, () => {
      const { figures } = regionWindow(short);
      assert.equal(figures.avgConnectTimeMs, average);
      assert.equal(firstSynAverage(figures), firstSyn);
      assert.equal(figures.retransmittedCount, lost);
      assert.equal(figures.retransmittedSumMs, lost * 1_010);
      assert.equal(lossPercent(figures), percent);
    });
  }

  it("counts failed and uncounted checks by kind", () => {
    const { failuresByKind } = regionWindow("pfftuum").figures;
    assert.deepEqual(failuresByKind, { refused: 2, timeout: 1, internal: 2 });
  });

  const times = [
    { of: [5], avg: 5, min: 5, max: 5, p50: 5, p95: 5, p99: 5, stddev: 0 },
    { of: [4, 1, 3, 2], avg: 2.5, min: 1, max: 4, p50: 2, p95: 4, p99: 4, stddev: 1.118 },
    { of: [2, 4, 4, 4, 5, 5, 7, 9], avg: 5, min: 2, max: 9, p50: 4, p95: 9, p99: 9, stddev: 2 },
    { of: [0.1, 0.2], avg: 0.15, min: 0.1, max: 0.2, p50: 0.1, p95: 0.2, p99: 0.2, stddev: 0.05 },
    {
      of: [1 / 3],
      avg: 0.333,
      min: 0.333,
      max: 0.333,
      p50: 0.333,
      p95: 0.333,
      p99: 0.333,
      stddev: 0,
    },
  ];
  for (const row of times) {
    it(`takes average, extremes, nearest ranks and deviation of ${row.of.length} times`, () => {
      const figures = figuresOf({ expectedCount: row.of.length }, timed(...row.of));
      assert.equal(figures.avgConnectTimeMs, row.avg);
      assert.equal(figures.minConnectTimeMs, row.min);
      assert.equal(figures.maxConnectTimeMs, row.max);
      assert.equal(figures.p50ConnectTimeMs, row.p50);
      assert.equal(figures.p95ConnectTimeMs, row.p95);
      assert.equal(figures.p99ConnectTimeMs, row.p99);
      assert.equal(figures.stddevConnectTimeMs, row.stddev);
    });
  }

  it("counts no kind for a check that passed: a closed port may be as it should be", () => {
    const passed: JudgedCheck = {
      slotAtMs: 0,
      verdict: "passed",
      errorKind: "refused",
      connectTimeMs: null,
      synRetransmits: 0,
    };
    const failed: JudgedCheck = { ...passed, slotAtMs: 1, verdict: "failed", errorKind: "reset" };
    const { failuresByKind } = figuresOf({ expectedCount: 2 }, [passed, failed]);
    assert.deepEqual(failuresByKind, { reset: 1 });
  });

  const RANKS = [
    { count: 1, min: 1, p50: 1, p95: 1, p99: 1, max: 1 },
    { count: 2, min: 1, p50: 1, p95: 2, p99: 2, max: 2 },
    { count: 3, min: 1, p50: 2, p95: 3, p99: 3, max: 3 },
    { count: 19, min: 1, p50: 10, p95: 19, p99: 19, max: 19 },
    { count: 20, min: 1, p50: 10, p95: 19, p99: 20, max: 20 },
    { count: 21, min: 1, p50: 11, p95: 20, p99: 21, max: 21 },
    { count: 99, min: 1, p50: 50, p95: 95, p99: 99, max: 99 },
    { count: 100, min: 1, p50: 50, p95: 95, p99: 99, max: 100 },
    { count: 101, min: 1, p50: 51, p95: 96, p99: 100, max: 101 },
  ];
  for (const { count, ...ranks } of RANKS) {
    it(`takes the nearest ranks of ${count} times`, () => {
      const times = Array.from({ length: count }, (_, i) => count - i);
      const figures = figuresOf({ expectedCount: count }, timed(...times));
      assert.deepEqual(ranks, {
        min: figures.minConnectTimeMs,
        p50: figures.p50ConnectTimeMs,
        p95: figures.p95ConnectTimeMs,
        p99: figures.p99ConnectTimeMs,
        max: figures.maxConnectTimeMs,
      });
    });
  }

  it("takes the 95th of a hundred times as p95", () => {
    const figures = figuresOf(
      { expectedCount: 100 },
      timed(...Array.from({ length: 100 }, (_, i) => i + 1)),
    );
    assert.equal(figures.p50ConnectTimeMs, 50);
    assert.equal(figures.p95ConnectTimeMs, 95);
    assert.equal(figures.p99ConnectTimeMs, 99);
  });

  it("counts, adds to the microsecond and sketches the times that it is over", () => {
    const figures = figuresOf({ expectedCount: 5 }, timed(0.1, null, 0.2, 1 / 3, 20.001));
    assert.equal(figures.timedCount, 4);
    assert.equal(figures.sumConnectTimeMs, 20.634);
    assert.deepEqual(figures.timeSketch, sketchSorted([0.1, 0.2, 0.333, 20.001]));
  });

  it("has no sum and an empty sketch of no times", () => {
    const figures = figuresOf({ expectedCount: 1 }, timed(null));
    assert.equal(figures.timedCount, 0);
    assert.equal(figures.sumConnectTimeMs, null);
    assert.deepEqual(figures.timeSketch, EMPTY_SKETCH);
  });

  it("leaves out passes whose time can't be trusted, and gives null where none is left", () => {
    assert.equal(figuresOf({ expectedCount: 2 }, timed(null, 8)).avgConnectTimeMs, 8);
    assert.equal(figuresOf({ expectedCount: 1 }, timed(null)).avgConnectTimeMs, null);
  });

  it("leaves out the time of an open port that should be closed", () => {
    const check: JudgedCheck = {
      slotAtMs: 0,
      verdict: "failed",
      errorKind: "unexpected_open",
      connectTimeMs: 3,
      synRetransmits: 0,
    };
    assert.equal(figuresOf({ expectedCount: 1 }, [check]).maxConnectTimeMs, null);
  });

  it("gives the same bits in any order", () => {
    fc.assert(
      fc.property(
        anyChecks().chain((checks) =>
          fc.tuple(
            fc.constant(checks),
            fc.shuffledSubarray([...checks], { minLength: checks.length }),
          ),
        ),
        ([checks, shuffled]) => {
          const due = { expectedCount: checks.length };
          assert.deepEqual(figuresOf(due, shuffled), figuresOf(due, checks));
        },
      ),
    );
  });

  it("keeps its figures in order and its counts whole", () => {
    fc.assert(
      fc.property(anyChecks(), fc.nat(5), (checks, missed) => {
        const f = figuresOf({ expectedCount: checks.length + missed }, checks);
        assert.equal(f.expectedCount, f.missedCount + f.sampleCount + f.uncountedCount);
        if (f.avgConnectTimeMs === null) return;
        const ranks = [f.minConnectTimeMs, f.p50ConnectTimeMs, f.p95ConnectTimeMs];
        const inOrder = [...ranks, f.p99ConnectTimeMs, f.maxConnectTimeMs].map(Number);
        assert.deepEqual(
          inOrder,
          inOrder.toSorted((a, b) => a - b),
        );
        assert.ok(f.avgConnectTimeMs >= Number(f.minConnectTimeMs));
        assert.ok(f.avgConnectTimeMs <= Number(f.maxConnectTimeMs));
      }),
    );
  });
});
