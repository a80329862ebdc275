import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { BitReader, BitWriter } from "../../../shared/summary/bits.ts";

const LARGE = 2 ** 31 - 2;

describe("BitWriter", () => {
  it("writes small numbers in few bits", () => {
    const cases = [
      [[0, 0, 0], [0b1110_0000]],
      [[1, 2], [0b0100_1100]],
      [[3, 0], [0b0010_0100]],
      [[127], [0b0000_0001, 0]],
    ] as const;
    for (const [numbers, bytes] of cases) {
      const bits = new BitWriter();
      for (const number of numbers) bits.whole(number);
      assert.deepEqual([...bits.finish()], bytes);
    }
  });
});

describe("BitReader", () => {
  it("gives back what was written, and is then at the end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(LARGE), fc.integer({ min: -LARGE / 2, max: LARGE / 2 }))),
        (numbers) => {
          const writer = new BitWriter();
          for (const [whole, signed] of numbers) {
            writer.whole(whole);
            writer.signed(signed);
          }
          const reader = new BitReader(writer.finish());
          for (const [whole, signed] of numbers) {
            assert.equal(reader.whole(), whole);
            assert.equal(reader.signed(), signed);
          }
          assert.equal(reader.isAtEnd(), true);
        },
      ),
    );
  });

  const ended: [string, number[]][] = [
    ["nothing", []],
    ["zeros", [0, 0]],
    ["a number that is cut off", [0b0000_0001]],
    ["more zeros than any number begins with", [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ];
  for (const [what, bytes] of ended) {
    it(`gives null of ${what}`, () => {
      assert.equal(new BitReader(Uint8Array.from(bytes)).whole(), null);
      assert.equal(new BitReader(Uint8Array.from(bytes)).signed(), null);
    });
  }

  const atEnd: [string, number[], boolean][] = [
    ["a filled-up byte", [0b1000_0000], true],
    ["a byte more", [0b1000_0000, 0], false],
    ["a bit more", [0b1000_0001], false],
  ];
  for (const [what, bytes, is] of atEnd) {
    it(`is ${is ? "" : "not "}at the end before ${what}`, () => {
      const reader = new BitReader(Uint8Array.from(bytes));
      assert.equal(reader.whole(), 0);
      assert.equal(reader.isAtEnd(), is);
    });
  }
});
