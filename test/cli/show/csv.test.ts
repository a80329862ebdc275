import assert from "node:assert/strict";
import { test } from "node:test";
import { csvLine, csvLines } from "../../../cli/show/csv.ts";

const CELLS: readonly (readonly [unknown, string])[] = [
  ["plain", "plain"],
  ["two words", "two words"],
  ["a,b", '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ["two\r\nlines", "two\\u000d\\u000alines"],
  ["\u001b[31mred\u202e", "\\u001b[31mred\\u202e"],
  ["Grüße 👍🏽 日本", "Grüße 👍🏽 日本"],
  ["=1+1", "'=1+1"],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-x", "'-x"],
  ["@SUM(1,2)", `"'@SUM(1,2)"`],
  ["\t=1", "'\\u0009=1"],
  ["\r=1", "'\\u000d=1"],
  ["-1.5", "-1.5"],
  ["-1+2", "'-1+2"],
  [-0.25, "-0.25"],
  [1e-7, "1e-7"],
  [true, "true"],
  [null, ""],
  [undefined, ""],
  [["a", "b"], '"[""a"",""b""]"'],
  [{ a: 1 }, '"{""a"":1}"'],
];

for (const [cell, expected] of CELLS) {
  test(`csvLine writes ${JSON.stringify(cell) ?? "undefined"} as ${expected}`, () => {
    assert.equal(csvLine(["first", cell]), `first,${expected}`);
  });
}

test("csvLines has the fields first, then those of some record only, and a header without records", () => {
  const records = [
    { a: 1, b: "x" },
    { b: "y", c: [2] },
  ];
  assert.deepEqual(csvLines(["b", "none"], records), ["b,none,a,c", "x,,1,", "y,,,[2]"]);
  assert.deepEqual(csvLines(["a", "=b"], []), ["a,'=b"]);
});
