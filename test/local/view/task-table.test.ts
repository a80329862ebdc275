import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { milliseconds, percent } from "../../../local/view/show-figures.ts";
import type { RegionCell, TableRow } from "../../../local/view/table-columns.ts";
import { type TableShape, taskTable } from "../../../local/view/task-table.ts";
import { widthOf } from "../../../terminal/width.ts";

const OK: RegionCell = { state: "ok", word: "ok" };
const REFUSED: RegionCell = { state: "fail", word: "refused" };
const NONE: RegionCell = { state: "none", word: "" };

const FINE: TableRow = {
  name: "Database",
  state: "OK",
  since: "",
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
  state: "CRITICAL",
  since: "11:59:00",
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
  const AT_WIDTHS: readonly (readonly [number, readonly string[]])[] = [
    [
      110,
      [
        "TASK          STATE     SINCE       eu-west-1  us-east-1  LAST ms   AVG ms   P95 ms   FAIL   NEXT",
        "Queue         CRITICAL  11:59:00    ● refused  ○                –        –        –  >99 %      –",
        "Database      OK                    ● ok       ● ok          0.19     12.3      123    0 %    5 s",
      ],
    ],
    [
      84,
      [
        "TASK          STATE     SINCE       eu-west-1  us-east-1  LAST ms   P95 ms   FAIL",
        "Queue         CRITICAL  11:59:00    ● refused  ○                –        –  >99 %",
        "Database      OK                    ● ok       ● ok          0.19      123    0 %",
      ],
    ],
    [
      70,
      [
        "TASK          STATE     SINCE       REGIONS  LAST ms   P95 ms   FAIL",
        "Queue         CRITICAL  11:59:00    x○             –        –  >99 %",
        "Database      OK                    ●●          0.19      123    0 %",
      ],
    ],
    [
      44,
      [
        "TASK          STATE     REGIONS   FAIL",
        "Queue         CRITICAL  x○       >99 %",
        "Database      OK        ●●         0 %",
      ],
    ],
    [24, ["TASK          STATE", "Queue         CRITICAL", "Database      OK"]],
  ];
  for (const [width, lines] of AT_WIDTHS)
    test(`shows what is down first, and the columns that fit into ${width}`, () => {
      assert.deepEqual(taskTable([FINE, DOWN], { ...SHAPE, width }), lines);
    });

  test("paints only states if colours are wanted", () => {
    const [, row] = taskTable([{ ...FINE, regions: [OK, REFUSED] }], { ...SHAPE, colours: true });
    const [, ...parts] = (row ?? "").split("\x1b[").map((part) => part.trim());
    assert.deepEqual(parts.slice(0, 5), ["32mOK", "0m", "32m● ok", "0m", "31m● refused"]);
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
    const [head, off, fine] = lines([FINE, { ...DOWN, note: "disabled" }], width);
    assert.match(head ?? "", /NOTE *$/, `${width}`);
    assert.ok(!/disabled/.test(fine ?? ""));
    assert.match(off ?? "", /disabled *$/, `${width}`);
  }
});
