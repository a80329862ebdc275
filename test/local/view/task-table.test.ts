import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import {
  milliseconds,
  percent,
  type RegionCell,
  type TableRow,
  type TableShape,
  taskTable,
} from "../../../local/view/task-table.ts";
import { widthOf } from "../../../terminal/width.ts";

const OK: RegionCell = { state: "ok", word: "ok" };
const REFUSED: RegionCell = { state: "fail", word: "refused" };
const NONE: RegionCell = { state: "none", word: "" };

const FINE: TableRow = {
  name: "Database",
  regions: [OK, OK],
  lastMs: 0.187,
  avgMs: 12.34,
  p95Ms: 123.4,
  failurePercent: 0,
  nextInMs: 4_100,
  note: "",
};
const DOWN: TableRow = {
  name: "Queue",
  regions: [REFUSED, NONE],
  lastMs: null,
  avgMs: null,
  p95Ms: null,
  failurePercent: 99.9,
  nextInMs: null,
  note: "",
};

const SHAPE: TableShape = {
  regions: ["eu-west-1", "us-east-1"],
  width: 100,
  height: 10,
  colours: false,
};

describe("taskTable", () => {
  test("shows every figure if there is room", () => {
    assert.deepEqual(taskTable([FINE, DOWN], SHAPE), [
      "TASK          eu-west-1  us-east-1  LAST ms   AVG ms   P95 ms   FAIL   NEXT",
      "Database      ● ok       ● ok          0.19     12.3      123    0 %    5 s",
      "Queue         ● refused  ○                –        –        –  >99 %      –",
    ]);
  });

  test("shows regions as marks before it drops a figure", () => {
    assert.deepEqual(taskTable([FINE, DOWN], { ...SHAPE, width: 64 }), [
      "TASK          REGIONS  LAST ms   AVG ms   P95 ms   FAIL   NEXT",
      "Database      ●●          0.19     12.3      123    0 %    5 s",
      "Queue         x○             –        –        –  >99 %      –",
    ]);
  });

  test("drops columns for the names if there is little room", () => {
    assert.deepEqual(taskTable([FINE, DOWN], { ...SHAPE, width: 44 }), [
      "TASK          REGIONS   FAIL",
      "Database      ●●         0 %",
      "Queue         x○       >99 %",
    ]);
  });

  test("paints only states if colours are wanted", () => {
    const [, row] = taskTable([{ ...FINE, regions: [OK, REFUSED] }], { ...SHAPE, colours: true });
    const [, ...parts] = (row ?? "").split("\x1b[").map((part) => part.trim());
    assert.deepEqual(parts.slice(0, 3), ["32m● ok", "0m", "31m● refused"]);
  });

  test("puts failing tasks first if not all fit, and counts the rest", () => {
    const rows = [FINE, { ...FINE, name: "Cache" }, { ...FINE, name: "Web" }, DOWN];
    const lines = taskTable(rows, { ...SHAPE, height: 4 });
    assert.deepEqual(
      lines.map((line) => line.split("  ")[0]),
      ["TASK", "Queue", "Database", "… and 2 more, none of them failing"],
    );
  });

  test("fits any width and height of the terminal", () => {
    const rows = fc.array(
      fc.record({
        name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
        failing: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    const size = fc.record({ width: fc.integer({ min: 12, max: 200 }), height: fc.nat(40) });
    fc.assert(
      fc.property(rows, size, fc.boolean(), (drawn, { width, height }, colours) => {
        const table = drawn.map(({ name, failing }) => ({ ...(failing ? DOWN : FINE), name }));
        const lines = taskTable(table, { ...SHAPE, width, height, colours });
        assert.ok(lines.length <= Math.max(2, height), `${lines.length} lines`);
        for (const line of lines) assert.ok(widthOf(stripVTControlCharacters(line)) <= width, line);
      }),
    );
  });
});

test("milliseconds has fewer decimals for larger numbers", () => {
  assert.deepEqual([0.1874, 9.99, 99.94, 1234.5, null].map(milliseconds), [
    "0.19 ms",
    "9.99 ms",
    "99.9 ms",
    "1235 ms",
    "–",
  ]);
});

test("percent rounds neither to 0 % nor to 100 %", () => {
  assert.deepEqual([0, 0.01, 50.4, 99.99, 100].map(percent), [
    "0 %",
    "<1 %",
    "50 %",
    ">99 %",
    "100 %",
  ]);
});

test("taskTable has a column of notes only if a row has one, at every width that has room", () => {
  const lines = (rows: readonly TableRow[], width: number) =>
    taskTable(rows, { ...SHAPE, width }).map(stripVTControlCharacters);
  assert.ok(!lines([FINE], 100)[0]?.includes("NOTE"));
  for (const width of [100, 60, 40, 34]) {
    const [head, fine, off] = lines([FINE, { ...DOWN, note: "disabled" }], width);
    assert.match(head ?? "", /NOTE *$/, `${width}`);
    assert.ok(!/disabled/.test(fine ?? ""));
    assert.match(off ?? "", /disabled *$/, `${width}`);
  }
});
