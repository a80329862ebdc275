import assert from "node:assert/strict";
import { test } from "node:test";
import { alignText, fitText, widthOf, wrapText } from "../../terminal/width.ts";

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

test("wrapText breaks at spaces, and in a word that is longer than a line", () => {
  const cases: readonly (readonly [text: string, width: number, lines: readonly string[]])[] = [
    ["", 5, [""]],
    ["ab cd", 5, ["ab cd"]],
    ["ab cd ef", 5, ["ab cd", "  ef"]],
    ["ab cd ef gh", 5, ["ab cd", "  ef", "  gh"]],
    ["ab abcdefg", 5, ["ab", "  abc", "  def", "  g"]],
    ["abcdefg hi", 5, ["abc", "  def", "  g", "  hi"]],
    ["世界 世界世", 5, ["世", "  界", "  世", "  界", "  世"]],
  ];
  for (const [text, width, lines] of cases) {
    assert.deepEqual(wrapText(text, width, 2), lines, text);
  }
});

test("wrapText keeps every character and the width, however narrow", () => {
  for (let width = 1; width < 30; width++) {
    const lines = wrapText("one fine sentence, and averyveryverylongword in it", width, 1);
    assert.ok(
      lines.every((line) => widthOf(line) <= Math.max(width, 2)),
      `${width}`,
    );
    assert.equal(
      lines.join("").replaceAll(" ", ""),
      "onefinesentence,andaveryveryverylongwordinit",
    );
  }
});
