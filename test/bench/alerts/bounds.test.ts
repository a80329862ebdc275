import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poissonUpper, shareBounds } from "../../../bench/alerts/bounds.ts";

/** Half of the chi-squared quantile at 0.95 with 2 (n + 1) degrees of freedom. */
const POISSON_UPPER = [
  [0, 2.9957],
  [1, 4.7439],
  [2, 6.2958],
  [5, 10.513],
  [10, 16.962],
  [100, 118.08],
] as const;

describe("poissonUpper", () => {
  it("is the exact one-sided bound of Garwood's table", () => {
    for (const [count, mean] of POISSON_UPPER) {
      assert.ok(Math.abs(poissonUpper(count, 1) - mean) < mean / 1_000, `${count}`);
    }
  });

  it("is the less, the longer it was looked", () => {
    assert.ok(Math.abs(poissonUpper(0, 300) - 0.009986) < 1e-5);
    assert.equal(poissonUpper(0, 0), Number.POSITIVE_INFINITY);
  });
});

describe("shareBounds", () => {
  it("is the rule of three where nothing was found", () => {
    const { lower, upper } = shareBounds(0, 1_000);
    assert.equal(lower, 0);
    assert.ok(Math.abs(upper - 0.0029912) < 1e-6, `${upper}`);
  });

  it("is the interval of Clopper and Pearson", () => {
    const { lower, upper } = shareBounds(5, 20);
    assert.ok(Math.abs(lower - 0.1041) < 1e-4, `${lower}`);
    assert.ok(Math.abs(upper - 0.4556) < 1e-4, `${upper}`);
  });

  it("is one at its top where all were found, and open where there was nothing to find", () => {
    assert.equal(shareBounds(20, 20).upper, 1);
    assert.deepEqual(shareBounds(0, 0), { lower: 0, upper: 1 });
  });
});
