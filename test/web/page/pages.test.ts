import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { evidenceOf, valueText } from "../../../web/page/events/evidence-parts.ts";
import { orderOf, parseDuration, withKind } from "../../../web/page/quiet/quiet-order.ts";
import { sharedHeld } from "../../../web/page/quiet/shared-held.ts";
import { pathHint } from "../../../web/page/regions/path-hint.ts";
import { levelOf, meanCell, worstRows } from "../../../web/page/regions/path-level.ts";
import { regionState } from "../../../web/page/regions/region-state.ts";
import { visibleRows } from "../../../web/page/regions/visible-rows.ts";
import { noteOf } from "../../../web/page/task/note.ts";
import {
  lossLines,
  otherLine,
  passedOf,
  regionLines,
  stackedFailures,
} from "../../../web/page/task/plot-lines.ts";
import { rangeOf, spanOf } from "../../../web/page/task/range.ts";
import { shadedOf, shadedWords } from "../../../web/page/task/shaded.ts";
import { budgetText } from "../../../web/page/words/budget.ts";
import type { HeldRecord, RegionRow } from "../../../web/records/records.ts";
import { regionsOf } from "../fixture/regions.ts";
import { seriesOf } from "../fixture/series.ts";
import { REGIONS } from "../fixture/task-rows.ts";
import { troubledWorld } from "../fixture/world.ts";

const NOW = Date.UTC(2026, 0, 5, 14, 9);
const HOUR_MS = 3_600_000;

describe("parseDuration", () => {
  const DURATIONS = [
    ["45", 45 * 60_000],
    ["45 min", 45 * 60_000],
    ["1.5h", 1.5 * HOUR_MS],
    ["2 d", 48 * HOUR_MS],
    ["0", null],
    ["", null],
    ["-1 h", null],
    ["1 week", null],
  ] as const;
  for (const [text, ms] of DURATIONS) {
    test(`reads "${text}" as ${ms}`, () => assert.equal(parseDuration(text), ms));
  }
});

describe("orderOf", () => {
  const form = { kind: "silence", duration: "1 h", reason: " disks ", by: "eve" } as const;
  const scope = { kind: "task", name: "t" } as const;
  const fieldOf = (changes: object) => {
    const order = orderOf({ ...form, ...changes }, scope);
    return "field" in order ? order.field : order.durationMs;
  };

  test("orders what is whole, and names the field that is wrong", () => {
    assert.deepEqual(orderOf(form, scope), {
      scope,
      durationMs: HOUR_MS,
      reason: "disks",
      by: "eve",
    });
    assert.equal(fieldOf({ duration: "soon" }), "durationMs");
    assert.equal(fieldOf({ reason: " " }), "reason");
    assert.equal(fieldOf({ by: "" }), "by");
    assert.equal(fieldOf({ duration: "" }), "durationMs");
    assert.equal(fieldOf({ duration: "", kind: "ack" }), null);
  });
});

describe("withKind", () => {
  test("changes the usual duration, and none that somebody typed", () => {
    const form = { kind: "silence", duration: "1 h", reason: "disks", by: "eve" } as const;
    assert.deepEqual(withKind(form, "ack"), { ...form, kind: "ack", duration: "" });
    assert.equal(withKind({ ...form, duration: "2 h" }, "ack").duration, "2 h");
  });
});

describe("sharedHeld", () => {
  test("has what holds every task, and nothing of no task", () => {
    const [a, b] = ["a", "b"].map(
      (id) => ({ kind: "ack", id, untilMs: null, reason: "" }) as const,
    );
    const rows = [{ held: [a, b] }, { held: [b] }] as { held: HeldRecord[] }[];
    assert.deepEqual(sharedHeld(rows), [b]);
    assert.deepEqual(sharedHeld([...rows, { held: [] }]), []);
    assert.deepEqual(sharedHeld([]), []);
  });
});

describe("passedOf", () => {
  test("is the share of all checks, and null without any", () => {
    assert.deepEqual(passedOf({ count: [4, 4], failed: [1, 0] }), { total: 8, percent: 87.5 });
    assert.deepEqual(passedOf({ count: [0], failed: [0] }), { total: 0, percent: null });
  });
});

describe("budgetText", () => {
  test("says what is left, or by how much it is missed", () => {
    const texts = [null, 0, 90_000, -3_600_000].map(budgetText);
    assert.deepEqual(texts, ["", "0 s left", "1 min left", "missed by 1 h"]);
  });
});

describe("regionState", () => {
  const [well] = regionsOf(troubledWorld(NOW)).regions as [RegionRow, ...RegionRow[]];
  const STATES: readonly [Partial<RegionRow>, string][] = [
    [{}, "Well"],
    [{ failingShare: 1 }, "Well"],
    [{ impairedSinceMs: NOW - HOUR_MS }, "Sick"],
    [{ unread: "no permission", impairedSinceMs: NOW }, "Not read"],
    [{ lastReportAtMs: NOW - 179_000 }, "Well"],
    [{ lastReportAtMs: NOW - 180_000 }, "Silent"],
    [{ lastReportAtMs: null }, "Waiting"],
    [{ taskCount: 0, lastReportAtMs: null }, "Idle"],
    [{ clockOffsetMs: -1_001 }, "Clock"],
    [{ missedCount: 9, expectedCount: 160 }, "Behind"],
    [{ stallCount: 1 }, "Stalled"],
  ];
  for (const [changes, word] of STATES) {
    test(`is ${word} with ${JSON.stringify(changes)}`, () =>
      assert.equal(regionState({ ...well, ...changes }, NOW).word, word));
  }
});

describe("pathHint", () => {
  const row = (...failed: (number | null)[]) => ({
    name: failed.join(),
    targetId: null,
    cells: Object.fromEntries(
      REGIONS.map((region, i) => [
        region,
        { failedPercent: failed[i] ?? null, avgMs: 1, lossPercent: 0 },
      ]),
    ),
  });

  test("says whose path it is", () => {
    assert.equal(pathHint(row(0, 0, 49), REGIONS), "");
    assert.equal(pathHint(row(100, 50, 90), REGIONS), "the target");
    assert.equal(pathHint(row(100, 0, 0), REGIONS), "the path from eu-west-1");
    assert.equal(pathHint(row(100, 100, 0), REGIONS), "the path from 2 regions");
    assert.equal(pathHint(row(100, null, null), REGIONS), "only seen from one");
  });

  test("has the worst on top, and a level a cell", () => {
    const rows = [row(0, 0, 0), row(100, 0, 0), row(50, 60, 0)];
    const names = worstRows(rows, "failures").map(({ name }) => name);
    assert.deepEqual(names, ["50,60,0", "100,0,0", "0,0,0"]);
    const lossy = {
      ...row(0, 1, 0),
      cells: { a: { failedPercent: 0, avgMs: 1, lossPercent: 2 } },
    };
    assert.equal(worstRows([...rows, lossy], "loss")[0], lossy);
    const failures = [null, 0, 9.9, 10, 50].map((percent) => levelOf(percent, "failures"));
    assert.deepEqual(failures, [null, 0, 1, 2, 3]);
    const losses = [null, 0, 0.9, 1, 5].map((percent) => levelOf(percent, "loss"));
    assert.deepEqual(losses, [null, 0, 1, 2, 3]);
  });

  test("has all targets of a region on average, over those that it saw", () => {
    const rows = [row(0, null, 30), row(60, null, null)];
    const failed = REGIONS.map((region) => meanCell(rows, region).failedPercent);
    assert.deepEqual(failed, [30, null, 30]);
  });

  test("has every row in the document that is to be seen, and few others", () => {
    assert.deepEqual(visibleRows(2_000, 32, { fromPx: 0, toPx: 640 }), [0, 32]);
    assert.deepEqual(visibleRows(2_000, 32, { fromPx: 63_200, toPx: 64_000 }), [1_963, 2_000]);
    assert.deepEqual(visibleRows(3, 32, { fromPx: 3_200, toPx: 4_000 }), [3, 3]);
    assert.deepEqual(visibleRows(0, 32, { fromPx: 0, toPx: 640 }), [0, 0]);
  });
});

describe("a plot's lines", () => {
  const { fromMs, toMs } = spanOf(rangeOf("1h"), NOW);
  const fields = (name: string) => new URLSearchParams({ name, from: `${fromMs}`, to: `${toMs}` });
  const record = seriesOf(troubledWorld(NOW), fields("search-api"));

  test("has one a region that is shown, whose colour stays when others are hidden", () => {
    const lines = regionLines(record, new Set([REGIONS[0] ?? ""]), "percentiles");
    assert.deepEqual(
      lines.map(({ label, colour }) => [label, colour]),
      [
        ["us-east-1", 2],
        ["ap-southeast-1", 3],
      ],
    );
    assert.equal(lines[0]?.high, record.regions["us-east-1"]?.p95Ms);
  });

  test("lays another task on the same times, with gaps where it has none", () => {
    const [first = 0] = record.startsMs;
    const line = otherLine(record, [first - 60_000, first], 3);
    assert.deepEqual(line.middle, [null, record.overall.avgMs[0]]);
  });

  test("puts failures on each other", () => {
    const failuresByKind = { timeout: [1, 0], refused: [2, 3] };
    const stacked = stackedFailures({ ...record, startsMs: [0, 1], failuresByKind });
    assert.deepEqual(stacked, [
      { kind: "refused", total: 5, heights: [3, 3] },
      { kind: "timeout", total: 1, heights: [1, 0] },
    ]);
  });

  test("has a line of loss a path if a SYN was sent again on any", () => {
    const labels = (shown: typeof record) => lossLines(shown, new Set()).map(({ label }) => label);
    assert.deepEqual(labels(record), REGIONS);
    assert.deepEqual(labels({ ...record, regions: {} }), []);
    const { "us-east-1": _, ...calm } = record.regions;
    assert.deepEqual(labels({ ...record, regions: calm }), []);
  });

  test("looks back by a known range in whole minutes", () => {
    assert.deepEqual(["7d", "toString", ""].map(rangeOf), ["7d", "24h", "24h"]);
    assert.deepEqual(spanOf("1h", NOW + 1), { fromMs: NOW + 60_000 - HOUR_MS, toMs: NOW + 60_000 });
  });
});

describe("shadedOf", () => {
  const minute = (from: number, to: number) => ({
    fromMs: NOW + from * 60_000,
    toMs: NOW + to * 60_000,
  });
  const statuses = [
    { status: "OK" as const, ...minute(-60, -40) },
    { status: "CRITICAL" as const, ...minute(-40, -30) },
  ];

  test("has each state but a fine one, and maintenance over it", () => {
    const spans = shadedOf({ statuses, maintenances: [minute(-35, -20)] });
    assert.deepEqual(
      spans.map(({ word, isHatched, fromMs }) => [word, isHatched, fromMs]),
      [
        ["Down", false, NOW - 40 * 60_000],
        ["In maintenance", true, NOW - 35 * 60_000],
      ],
    );
  });

  test("says in words when it was, the newest first, and how often before", () => {
    const maintenances = [-50, -40, -30, -20, -10].map((at) => minute(at, at + 5));
    const words = shadedWords(shadedOf({ statuses, maintenances }), NOW, "UTC");
    assert.deepEqual(
      words.map(({ word, when }) => `${word} ${when}`),
      [
        "Down 13:29 to 13:39",
        "In maintenance 13:59 to 14:04, 13:49 to 13:54, 13:39 to 13:44, and 2 times before",
      ],
    );
  });
});

describe("evidenceOf", () => {
  test("takes nothing of a detail for granted", () => {
    const detail = {
      votes: [{ region: "r" }, 7, null],
      samples: "none",
      slack: {},
      window: { a: 1 },
    };
    assert.deepEqual(evidenceOf(detail), {
      votes: [{ region: "r" }],
      samples: [],
      fields: [["window", "a 1"]],
    });
    assert.equal(valueText({ refused: 3, list: [1, [2]] }), "refused 3, list 1, 2");
  });
});

describe("noteOf", () => {
  test("says what else there is to know of a result", () => {
    assert.equal(noteOf({ error: null, syn_retransmits: 0, attempts: 1 }), "");
    const row = { error: "Connection refused", syn_retransmits: 2, recheck: true };
    assert.equal(noteOf(row), "Connection refused; SYN sent again 2 times; recheck");
    const once = noteOf({ ...row, syn_retransmits: 1 });
    assert.equal(once, "Connection refused; SYN sent again once; recheck");
  });
});
