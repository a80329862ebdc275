import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Bucket,
  parseRateLimit,
  shareOf,
  takeToken,
  USUAL_RATE_LIMIT,
} from "../../../shared/rate/rate.ts";

/** Takes tokens at these instants, and gives when each was there. */
function takeAt(bucket: Bucket, instants: readonly number[]): number[] {
  let fullAtMs: number | undefined;
  return instants.map((atMs) => {
    const turn = takeToken(fullAtMs, bucket, atMs);
    fullAtMs = turn.fullAtMs;
    return atMs + turn.waitMs;
  });
}

describe("takeToken", () => {
  it("gives a full bucket's tokens at once, and then one after the other", () => {
    const bucket = { bucketSize: 3, refillRate: 10 };
    assert.deepEqual(takeAt(bucket, [0, 0, 0, 0, 0]), [0, 0, 0, 100, 200]);
  });

  it("refills no more than the bucket holds", () => {
    const bucket = { bucketSize: 2, refillRate: 10 };
    assert.deepEqual(takeAt(bucket, [0, 0, 9_000, 9_000, 9_000]), [0, 0, 9_000, 9_000, 9_100]);
  });

  it("lets checks with different limits share a bucket", () => {
    const strict = takeToken(undefined, { bucketSize: 1, refillRate: 1 }, 0);
    assert.equal(strict.waitMs, 0);
    assert.equal(takeToken(strict.fullAtMs, { bucketSize: 1, refillRate: 1 }, 500).waitMs, 500);
    assert.equal(takeToken(strict.fullAtMs, { bucketSize: 50, refillRate: 25 }, 500).waitMs, 0);
  });

  it("never gives more than the bucket and its refill, whatever the instants", () => {
    const bucket = fc.record({
      bucketSize: fc.integer({ min: 1, max: 20 }),
      refillRate: fc.integer({ min: 1, max: 100 }),
    });
    const steps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(bucket, steps, (limit, gaps) => {
        let atMs = 0;
        const given = takeAt(
          limit,
          gaps.map((gap) => (atMs += gap)),
        );
        for (const [i, first] of given.entries()) {
          for (const [j, last] of given.entries()) {
            if (j < i) continue;
            const most = limit.bucketSize + ((last - first) * limit.refillRate) / 1_000;
            assert.ok(j - i + 1 <= most + 1e-6, `${j - i + 1} in ${last - first} ms`);
          }
        }
      }),
    );
  });
});

describe("shareOf", () => {
  it("divides bucket and refill, and leaves a token at least", () => {
    assert.deepEqual(shareOf(USUAL_RATE_LIMIT, 3), { bucketSize: 33, refillRate: 50 / 3 });
    assert.deepEqual(shareOf({ bucketSize: 2, refillRate: 1 }, 5), {
      bucketSize: 1,
      refillRate: 0.2,
    });
    assert.deepEqual(shareOf(USUAL_RATE_LIMIT, 0), USUAL_RATE_LIMIT);
  });
});

describe("parseRateLimit", () => {
  const LIMIT = { bucketSize: 1, refillRate: 0.5 };
  for (const value of ["disabled", LIMIT])
    it(`takes ${JSON.stringify(value)}`, () => assert.deepEqual(parseRateLimit(value), value));

  const WRONG = [
    ...[null, undefined, "off", 7, [], {}, { bucketSize: 1 }],
    ...[0, -1, Number.NaN, "1"].map((refillRate) => ({ ...LIMIT, refillRate })),
    ...[0.5, 0, Number.POSITIVE_INFINITY].map((bucketSize) => ({ ...LIMIT, bucketSize })),
  ];
  for (const value of WRONG)
    it(`takes no ${JSON.stringify(value)}`, () => assert.equal(parseRateLimit(value), null));
});
