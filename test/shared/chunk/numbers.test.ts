import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { ChunkError } from "../../../shared/chunk/bytes.ts";
import { NumberReader, NumberWriter } from "../../../shared/chunk/numbers.ts";

const LARGEST = 2 ** 50;

test("NumberReader gives back any numbers of either kind, in their order", () => {
  const number = fc.record({ signed: fc.boolean(), value: fc.maxSafeNat() });
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const written = numbers.map(({ signed, value }, i) => {
        const small = value % 8 ** (i % 17);
        return signed && small > 0 ? { signed, value: -small } : { signed, value: small };
      });
      const column = new NumberWriter("test");
      for (const { signed, value } of written) signed ? column.signed(value) : column.count(value);
      const reader = new NumberReader(column.finish());
      const read = written.map(({ signed }) => (signed ? reader.signed() : reader.count()));
      reader.expectEnd();
      assert.deepEqual(
        read,
        written.map(({ value }) => value),
      );
    }),
  );
});

test("NumberWriter takes the largest number and refuses the next", () => {
  const column = new NumberWriter("steps");
  column.count(LARGEST);
  column.signed(-LARGEST);
  const reader = new NumberReader(column.finish());
  assert.deepEqual([reader.count(), reader.signed()], [LARGEST, -LARGEST]);
  const message = `Chunk can't hold steps ${LARGEST + 1}`;
  assert.throws(() => column.count(LARGEST + 1), { message });
  assert.throws(() => column.signed(LARGEST + 1), { message });
});

test("NumberReader says so when it is asked for more or less than there is", () => {
  const column = new NumberWriter("test");
  column.count(1);
  const reader = new NumberReader(column.finish());
  assert.throws(() => reader.expectEnd(), { message: "Chunk column has too many values" });
  reader.count();
  reader.expectEnd();
  assert.throws(() => reader.count(), { message: "Chunk column ends too early" });
});

const BROKEN: [string, number[], string][] = [
  ["a count beyond its bytes", [200, 200, 200, 200, 200, 100, 1], "Chunk column ends too early"],
  ["a number that never ends", [1, ...Array(20).fill(128)], "Chunk number is too large"],
  ["a count that never ends", Array(20).fill(255), "Chunk number is too large"],
  ["a second byte that is missing", [1, 128], "Chunk column ends too early"],
  ["a byte too many", [1, 7, 7], "Chunk column goes on after its last value"],
];

for (const [what, bytes, message] of BROKEN) {
  test(`NumberReader refuses ${what}`, () => {
    assert.throws(
      () => new NumberReader(Uint8Array.from(bytes)),
      (error) => error instanceof ChunkError && error.message === message,
    );
  });
}
