import assert from "node:assert/strict";
import { test } from "node:test";
import { showCount, showMs, showPercent, showPeriod } from "../../../cli/show/figures.ts";
import { formatTable } from "../../../cli/show/table.ts";

test("formatTable aligns by what is seen, without colours and trailing spaces", () => {
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

test("formatTable gives a picture and a Chinese letter the two columns that a terminal does", () => {
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

test("figures are shown with the unit that fits", () => {
  assert.deepEqual(
    [0.0312, 9.9994, 12.34, 250.6, 1_250, null].map((ms) => showMs(ms)),
    ["0.031 ms", "9.999 ms", "12.3 ms", "251 ms", "1.25 s", "-"],
  );
  assert.deepEqual(
    [15_000, 60_000, 90_000, 3_600_000].map((ms) => showPeriod(ms)),
    ["15 s", "1 min", "90 s", "1 h"],
  );
  assert.deepEqual(
    [0, 33.333, 100, null].map((share) => showPercent(share)),
    ["0 %", "33.3 %", "100 %", "-"],
  );
  assert.deepEqual([showCount(1, "task"), showCount(2, "task")], ["1 task", "2 tasks"]);
});
