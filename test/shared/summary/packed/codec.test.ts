import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { packSummaries, unpackSummaries } from "../../../../shared/summary/packed/packed.ts";
import { asStored, mergePeriod, type Summary } from "../../../../shared/summary/summary.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { anySummary } from "../../health/arbitrary-checks.ts";

const FROM_MS = 1_767_614_400_000;

/** Some minutes of an hour of one task, as they are read from the store. */
const minutes = fc
  .tuple(fc.uniqueArray(fc.nat(59), { maxLength: 8 }), fc.infiniteStream(anySummary()))
  .map(([starts, stream]) =>
    starts
      .sort((a, b) => a - b)
      .map((start) => {
        const periodStartMs = FROM_MS + start * MINUTE_MS;
        const any = stream.next().value as Summary;
        const period = { periodStartMs, periodEndMs: periodStartMs + MINUTE_MS };
        return asStored({ ...any, ...period, taskName: "t" });
      }),
  );

test("unpackSummaries gives back the minutes as they are stored", () => {
  fc.assert(
    fc.property(minutes, (stored) => {
      const packed = packSummaries(stored);
      assert.deepEqual(unpackSummaries("t", packed), stored);
      assert.deepEqual(packSummaries(stored.toReversed()), packed);
    }),
    { numRuns: 30 },
  );
});

test("unpackSummaries gives back merged hours", () => {
  fc.assert(
    fc.property(minutes, (stored) => {
      if (stored.length === 0) return;
      const period = { periodStartMs: FROM_MS, periodEndMs: FROM_MS + HOUR_MS };
      const hour = mergePeriod(period, stored);
      assert.deepEqual(unpackSummaries("t", packSummaries([hour])), [hour]);
    }),
    { numRuns: 30 },
  );
});

test("unpackSummaries throws on damage and on a later format", () => {
  const packed = packSummaries([]);
  assert.throws(() => unpackSummaries("t", packed.with(8, 77)), /damaged/);
  assert.throws(() => unpackSummaries("t", new Uint8Array()), /short/);
});
