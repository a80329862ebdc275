import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { itemSize, readUnits, writeUnits } from "../../shared/item-size.ts";
import { itemSize as wireItemSize } from "./item-size.ts";

describe("itemSize", () => {
  const cases: [string, Record<string, unknown>, number][] = [
    ["a text in UTF-8", { name: "é" }, 4 + 2],
    ["a number by its significant digits", { n: 1_767_225_600 }, 1 + 4 + 1],
    ["zero as one byte", { n: 0 }, 1 + 1],
    ["a fraction without its leading zeros", { n: -0.00125 }, 1 + 2 + 1],
    ["a number so small that it prints with an exponent", { n: 1.5e-7 }, 1 + 1 + 1],
    ["raw bytes", { b: new Uint8Array(100) }, 1 + 100],
    ["null and booleans", { a: null, b: true }, 2 + 2],
    ["an empty list", { l: [] }, 1 + 3],
    ["a list with a byte for each element", { l: ["ab", 1] }, 1 + 3 + (1 + 2) + (1 + 2)],
    ["a map with a byte for each element", { m: { k: "ab" } }, 1 + 3 + 1 + (1 + 2)],
  ];
  for (const [what, item, bytes] of cases) {
    test(`itemSize counts ${what}`, () => assert.equal(itemSize(item), bytes));
  }

  test("itemSize agrees with the size of the item as it goes over the wire", () => {
    // The SDK stumbles over names that every object has, such as "constructor".
    const name = fc.stringMatching(/^[a-z_]{1,8}é?$/);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.array(tie("any")),
        fc.dictionary(name, tie("any"), { noNullPrototype: true }),
      ),
    })).any;
    const item = fc.dictionary(name, value, { noNullPrototype: true });
    fc.assert(fc.property(item, (plain) => itemSize(plain) === wireItemSize(marshall(plain))));
  });
});

test("writeUnits rounds up to 1 KB and is one at least", () => {
  const cases = [
    [0, 1],
    [1_024, 1],
    [1_025, 2],
    [10_240, 10],
  ] as const;
  for (const [bytes, units] of cases) assert.equal(writeUnits(bytes), units);
});

test("readUnits rounds up to 4 KB and is half as much where it may be stale", () => {
  const cases = [
    [0, 1],
    [4_096, 1],
    [4_097, 2],
  ] as const;
  for (const [bytes, units] of cases) {
    assert.equal(readUnits(bytes, "strong"), units);
    assert.equal(readUnits(bytes, "eventual"), units / 2);
  }
});
