import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { matrixLayout, matrixRecords, troubledFirst } from "../../../cli/show/matrix-rows.ts";
import { isSick, regionLayout, regionRecord } from "../../../cli/show/region-rows.ts";
import type { MatrixCell, MatrixRow, RegionReport } from "../../../functions/history/history.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { fakeIo } from "../fake-io.ts";

const IO = fakeIo();
const NOW_MS = IO.now();

const WELL: RegionReport = {
  name: "eu",
  shards: 1,
  taskCount: 4,
  lastReportAtMs: NOW_MS - 8 * SECOND_MS,
  lagMs: 0,
  missedCount: 1,
  expectedCount: 80,
  stallCount: 2,
  clockOffsetMs: -0.25,
  failingShare: 0.25,
  impairedSinceMs: null,
  planAgeMs: 3 * MINUTE_MS,
  unread: null,
};

describe("regionLayout and regionRecord", () => {
  const cases: readonly (readonly [string, Partial<RegionReport>, boolean])[] = [
    ["well", {}, false],
    [
      "abstains for 12 min: its own network fails",
      { impairedSinceMs: NOW_MS - 12 * MINUTE_MS },
      true,
    ],
    ["stands still for 3 min", { lagMs: 3 * MINUTE_MS + 1 }, true],
    ["well", { lagMs: 2 * MINUTE_MS }, false],
    ["can't be read", { unread: { cause: new Error("no") }, lagMs: null }, true],
    ["waits for its plan", { planAgeMs: null, taskCount: 0 }, false],
    ["no tasks", { taskCount: 0 }, false],
    ["has not reported yet", { lastReportAtMs: null }, false],
  ];
  for (const [state, different, sick] of cases) {
    test(`say "${state}" of ${JSON.stringify(different)}`, () => {
      const report = { ...WELL, ...different };
      assert.equal(regionRecord(report, NOW_MS).state, state);
      assert.equal(regionLayout(IO).toRow(report).at(-1), state);
      assert.equal(isSick(report), sick);
    });
  }

  test("show each figure with its unit, and - for what is not known", () => {
    assert.deepEqual(regionLayout(IO).toRow(WELL).slice(0, -1), [
      ...["eu", "4", "8 s ago", "0 s", "1 of 80", "2", "-0.250 ms", "25 %", "3 min"],
    ]);
    const unknown = {
      ...WELL,
      ...{ lastReportAtMs: null, lagMs: null, missedCount: null, expectedCount: null },
      ...{ stallCount: null, clockOffsetMs: null, failingShare: null, planAgeMs: null },
    };
    assert.deepEqual(regionLayout(IO).toRow(unknown).slice(2, -1), Array(7).fill("-"));
    assert.equal(regionRecord(unknown, NOW_MS).failing_percent, null);
    assert.equal(regionRecord(WELL, NOW_MS).failing_percent, 25);
  });
});

const CELL: MatrixCell = {
  sampleCount: 4,
  failedPercent: 0,
  avgConnectTimeMs: 12.3,
  lossPercent: 0,
};
const DOWN: MatrixCell = {
  sampleCount: 4,
  failedPercent: 100,
  avgConnectTimeMs: null,
  lossPercent: null,
};

function aRow(taskName: string, cells: MatrixRow["cells"]): MatrixRow {
  return { taskName, host: "db\u001b[2J:1", targetId: null, cells };
}

describe("matrixLayout", () => {
  const cases: readonly (readonly [string, MatrixRow["cells"]])[] = [
    ["", { eu: CELL, us: CELL }],
    ["target", { eu: DOWN, us: DOWN }],
    ["path from us", { eu: CELL, us: DOWN }],
    ["path from eu", { eu: { ...CELL, lossPercent: 6 }, us: CELL }],
    ["", { eu: { ...CELL, failedPercent: 10, lossPercent: 5 }, us: CELL }],
    // One view alone tells no target from a path.
    ["path from eu", { eu: DOWN }],
    ["path from eu", { eu: DOWN, us: { ...DOWN, failedPercent: null } }],
    // An empty cell has no voice.
    ["target", { eu: DOWN, us: DOWN, ap: { ...DOWN, failedPercent: null } }],
  ];
  for (const [whose, cells] of cases) {
    test(`says "${whose}" of ${JSON.stringify(cells)}`, () => {
      assert.equal(matrixLayout(IO, ["eu", "us"]).toRow(aRow("a", cells)).at(-1), whose);
    });
  }

  test("has a cell for each region, escapes what steers a terminal, and puts troubles first", () => {
    const rows = [
      aRow("fine", { eu: CELL }),
      aRow("path", { eu: { ...CELL, failedPercent: 25, lossPercent: 40 } }),
      aRow("\u202edown", { eu: DOWN, us: DOWN }),
    ];
    assert.deepEqual(
      troubledFirst(rows).map((row) => matrixLayout(IO, ["eu", "us"]).toRow(row)),
      [
        ["\\u202edown", "db\\u001b[2J:1", "100 % failed", "100 % failed", "target"],
        ["path", "db\\u001b[2J:1", "25 % failed, 12.3 ms, loss 40 %", "-", "path from eu"],
        ["fine", "db\\u001b[2J:1", "12.3 ms", "-", ""],
      ],
    );
    assert.deepEqual(matrixRecords(rows.slice(2)).length, 2);
  });
});
