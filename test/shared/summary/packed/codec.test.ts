import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { decodeNumbers, encodeNumbers } from "../../../../shared/summary/packed/coded-numbers.ts";
import {
  packMinute,
  packSummaries,
  unpackMinute,
  unpackSummaries,
} from "../../../../shared/summary/packed/packed.ts";
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

test("what was packed in varints is read as it was, and again when it is packed anew", () => {
  const { hour, minute, summaries } = JSON.parse(
    readFileSync(
      new URL("../../../golden/summary/packed-in-varints.json", import.meta.url),
      "utf8",
    ),
  );
  const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
  const read = unpackSummaries("t", bytesOf(hour));
  assert.deepEqual(plain(read), summaries.hour);
  assert.deepEqual(plain(unpackSummaries("t", packSummaries(read))), summaries.hour);
  assert.deepEqual(plain(unpackMinute(bytesOf(minute))), summaries.minute);
  // A minute's bytes are what they were.
  assert.deepEqual(packMinute(unpackMinute(bytesOf(minute))), bytesOf(minute));
});

const number = fc.oneof(
  fc.nat(3),
  fc.nat(100_000),
  fc.integer({ min: 0, max: 2 ** 51 }),
  fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 51),
);
const numberColumns = fc.array(
  fc.record({ period: fc.integer({ min: 1, max: 5 }), values: fc.array(number) }),
  { maxLength: 6 },
);

test("decodeNumbers gives back every column of encodeNumbers", () => {
  fc.assert(
    fc.property(numberColumns, (columns) => {
      const read = decodeNumbers(
        encodeNumbers(columns),
        columns.map(({ period }) => period),
      );
      assert.deepEqual(
        read.map((column) => [...column]),
        columns.map(({ values }) => values),
      );
    }),
  );
});

test("encodeNumbers takes little for what is alike, refuses what is none, and carries", () => {
  const sizeOf = (period: number, values: readonly number[]) =>
    encodeNumbers([{ period, values }]).length;
  const alike = Array.from({ length: 600 }, () => [4, 4, 4, 0, 0]).flat();
  assert.ok(sizeOf(5, alike) < 30, `${sizeOf(5, alike)}`);
  assert.ok(sizeOf(5, alike) < sizeOf(1, alike) / 4);
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 52])
    assert.throws(() => sizeOf(1, [bad]), /can't hold/);
  assert.throws(() => decodeNumbers(Uint8Array.of(255, 255, 255, 127), [1]), /too many/);
  // Long runs of ones make the coder hold bytes until a carry is decided.
  const ones = Array.from({ length: 3_000 }, (_, i) => 2 ** (i % 40) - 1 + 2 ** (i % 7));
  const [read] = decodeNumbers(encodeNumbers([{ period: 1, values: ones }]), [1]);
  assert.deepEqual([...(read ?? [])], ones);
});

test("unpackSummaries throws on damage and on a later format", () => {
  const packed = packSummaries([]);
  assert.throws(() => unpackSummaries("t", packed.with(8, 77)), /damaged/);
  assert.throws(() => unpackSummaries("t", new Uint8Array()), /short/);
});
