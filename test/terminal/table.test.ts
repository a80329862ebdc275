import assert from "node:assert/strict";
import { test } from "node:test";
import { showCount } from "../../terminal/count.ts";
import { formatRows, formatTable, left, right } from "../../terminal/table.ts";

test("formatTable aligns by visible columns, without trailing spaces", () => {
  const lines = formatTable(
    [
      { title: "TASK", align: "left" },
      { title: "AVG", align: "right" },
      { title: "ERROR", align: "left" },
    ],
    [
      ["a", "\u001b[31m12 ms\u001b[39m", "-"],
      ["naïve é", "1 ms", ""],
    ],
  );
  assert.deepEqual(lines, [
    "TASK       AVG  ERROR",
    "a        \u001b[31m12 ms\u001b[39m  -",
    "naïve é   1 ms",
  ]);
});

test("formatTable gives a picture and a Chinese letter two columns, like a terminal", () => {
  const columns = [
    { title: "TASK", align: "left" },
    { title: "AVG", align: "left" },
  ] as const;
  assert.deepEqual(
    formatTable(columns, [
      ["🚀 a", "1 ms"],
      ["数据", "2 ms"],
      ["abcd", "3 ms"],
    ]),
    ["TASK  AVG", "🚀 a  1 ms", "数据  2 ms", "abcd  3 ms"],
  );
});

test("formatRows has no titles, and aligns cells left and right", () => {
  const rows = [
    ["a", "1"],
    ["bcd", "23"],
  ];
  assert.deepEqual(formatRows([left(""), right("")], rows), ["a     1", "bcd  23"]);
  assert.deepEqual(formatRows([right(""), left("")], rows), ["  a  1", "bcd  23"]);
});

test("showCount adds an s for all numbers but one, or takes the plural as given", () => {
  assert.deepEqual([showCount(1, "task"), showCount(2, "task")], ["1 task", "2 tasks"]);
  assert.equal(showCount(0, "task"), "0 tasks");
  assert.deepEqual(
    [showCount(1, "summary", "summaries"), showCount(2, "summary", "summaries")],
    ["1 summary", "2 summaries"],
  );
});
