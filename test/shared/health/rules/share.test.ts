import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isProvenAbove,
  isProvenBelow,
  isWellBelow,
} from "../../../../shared/health/rules/rules.ts";

/** The fewest failures that break a limit, of 20, 40, 80 and 160 checks; 21 of 20 never do. */
const BREAKING = [
  [0, [1, 1, 1, 1]],
  [0.01, [4, 4, 6, 8]],
  [0.05, [6, 8, 12, 19]],
  [0.1, [8, 12, 18, 30]],
  [0.2, [11, 17, 29, 49]],
  [0.5, [18, 31, 55, 100]],
  [0.9, [21, 41, 80, 155]],
] as const;

/** The most failures that clear it; −1 if even none do not. */
const CLEARING = [
  [0, [0, 0, 0, 0]],
  [0.01, [-1, -1, -1, -1]],
  [0.05, [-1, -1, -1, 1]],
  [0.1, [-1, -1, 1, 7]],
  [0.2, [-1, 2, 7, 20]],
  [0.5, [4, 12, 29, 60]],
] as const;

const SIZES = [20, 40, 80, 160];

describe("isProvenAbove", () => {
  for (const [share, least] of BREAKING) {
    for (const [i, checkCount] of SIZES.entries()) {
      it(`says of ${checkCount} checks against ${share} that ${least[i]} failures break it`, () => {
        const first = Array.from({ length: checkCount + 2 }, (_, failed) => failed).find(
          (failedCount) => isProvenAbove({ failedCount, checkCount }, share),
        );
        assert.equal(first ?? checkCount + 1, Math.min(least[i] ?? 0, checkCount + 1));
      });
    }
  }

  it("agrees with the sum of all chances, which is added up in another way", () => {
    for (const checkCount of [20, 37, 240]) {
      for (const share of [0.003, 0.05, 0.2, 0.64]) {
        for (let failedCount = 0; failedCount <= checkCount; failedCount++) {
          const isRare = tailOf(failedCount, checkCount, share) < 0.001;
          assert.equal(isProvenAbove({ failedCount, checkCount }, share), isRare);
        }
      }
    }
  });

  it("is never true of an empty batch", () =>
    assert.equal(isProvenAbove({ failedCount: 0, checkCount: 0 }, 0), false));
});

describe("isProvenBelow", () => {
  for (const [share, most] of CLEARING) {
    for (const [i, checkCount] of SIZES.entries()) {
      it(`says of ${checkCount} checks against ${share} that ${most[i]} failures clear it`, () => {
        const clearing = Array.from({ length: checkCount + 1 }, (_, failed) => failed).filter(
          (failedCount) => isProvenBelow({ failedCount, checkCount }, share),
        );
        assert.equal(clearing.at(-1) ?? -1, most[i]);
        assert.equal(clearing.length, (most[i] ?? 0) + 1);
      });
    }
  }

  it("is never true of what is above, however large the batch is", () => {
    for (const checkCount of [20, 300, 2_400]) {
      for (const share of [0, 0.05, 0.5, 0.99999]) {
        for (let failedCount = 0; failedCount <= checkCount; failedCount++) {
          const batch = { failedCount, checkCount };
          assert.ok(!(isProvenAbove(batch, share) && isProvenBelow(batch, share)));
        }
      }
    }
  });
});

describe("isWellBelow", () => {
  it("is true up to three quarters of the limit", () => {
    assert.equal(isWellBelow({ failedCount: 3, checkCount: 20 }, 0.2), true);
    assert.equal(isWellBelow({ failedCount: 4, checkCount: 20 }, 0.2), false);
    assert.equal(isWellBelow({ failedCount: 0, checkCount: 20 }, 0), true);
    assert.equal(isWellBelow({ failedCount: 1, checkCount: 20 }, 0), false);
  });
});

/** The chance of `least` or more failures: one less the chances of fewer, each from Pascal's rule. */
function tailOf(least: number, count: number, share: number): number {
  let chances = [1];
  for (let i = 0; i < count; i++) {
    const passed = [...chances.map((chance) => chance * (1 - share)), 0];
    chances = passed.map((chance, failed) => chance + (chances[failed - 1] ?? 0) * share);
  }
  return chances.slice(least).reduce((sum, chance) => sum + chance, 0);
}
