import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { histogramOf } from "../../../shared/summary/summary.ts";
import { sketchSorted } from "../../../shared/summary/time-sketch.ts";

describe("histogramOf", () => {
  it("has bins without a gap that count every time, at most as many as asked", () => {
    const times = [0.2, 0.21, 1, 5, 5.1, 250, 9_000];
    for (const most of [1, 4, 40, 4_000]) {
      const bins = histogramOf(sketchSorted(times), most);
      assert.ok(bins.length <= most && bins.length > 0, `${bins.length} of ${most}`);
      assert.equal(
        bins.reduce((sum, { count }) => sum + count, 0),
        times.length,
      );
      for (const [i, { fromMs, toMs, count }] of bins.entries()) {
        assert.ok(fromMs < toMs);
        if (i > 0) assert.equal(fromMs, bins[i - 1]?.toMs);
        const inIt = times.filter((ms) => ms > fromMs && ms <= toMs).length;
        assert.equal(count, inIt, `${fromMs} to ${toMs} of ${most}`);
      }
    }
    assert.deepEqual(histogramOf(sketchSorted([]), 40), []);
  });
});
