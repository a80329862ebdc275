import assert from "node:assert/strict";
import { test } from "node:test";
import { alignText, fitText, widthOf } from "../../terminal/width.ts";

test("fitText fills or cuts by visible columns, and counts wide characters twice", () => {
  assert.equal(fitText("ab", 4), "ab  ");
  assert.equal(fitText("ab", 4, "right"), "  ab");
  assert.equal(fitText("abcdef", 4), "abc…");
  assert.equal(fitText("日本語", 6), "日本語");
  assert.equal(fitText("日本語", 5), "日本…");
  assert.equal(fitText("e\u0301e\u0301", 2), "e\u0301e\u0301");
});

test("widthOf counts visible columns: none for colour codes, two for a wide character", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["\u001b[31mabc\u001b[0m", 3],
    ["日本", 4],
    ["🚀", 2],
    ["e\u0301", 1],
  ];
  for (const [text, width] of cases) assert.equal(widthOf(text), width, JSON.stringify(text));
});

test("alignText fills a painted text by visible columns, and does not cut", () => {
  assert.equal(alignText("\u001b[31mab\u001b[0m", 4, "left"), "\u001b[31mab\u001b[0m  ");
  assert.equal(alignText("\u001b[31mab\u001b[0m", 4, "right"), "  \u001b[31mab\u001b[0m");
  assert.equal(alignText("abcde", 4, "left"), "abcde");
});
