import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { figuresOf, summarise } from "../../shared/summary.ts";
import { parseSummaryItem, toSummaryItem } from "../../shared/summary-item.ts";
import { anySummary } from "./arbitrary-checks.ts";
import { itemSize } from "./item-size.ts";
import { windowAt } from "./windows.ts";

const task = {
  name: "PostgreSQL Primary",
  host: "db-primary.internal:5432",
  targetId: "pg-primary",
};

const summary = summarise(task, windowAt(0, { dub: "ppfu@10", syd: "mmmm" }), {
  complete: false,
  missingRegions: ["syd"],
  rev: 2,
});

describe("toSummaryItem", () => {
  it("stores figures as short lists", () => {
    assert.deepEqual(toSummaryItem(summary), {
      task_name: "PostgreSQL Primary",
      period_start: 1_767_614_400,
      period_end: 1_767_614_460,
      v: 1,
      rev: 2,
      host: "db-primary.internal:5432",
      target_id: "pg-primary",
      complete: false,
      missing_regions: ["syd"],
      o: [8, 4, 2, 1, 1, [10, 10, 10, 10, 10, 10, 0], [0, 1, 9, 1]],
      r: {
        dub: [4, 0, 2, 1, 1, [10, 10, 10, 10, 10, 10, 0], [0, 1, 9, 1]],
        syd: [4, 4, 0, 0, 0, [], []],
      },
    });
  });

  it("stays below a kilobyte, DynamoDB's unit of writing, with five regions every second", () => {
    const times = Array.from({ length: 60 }, (_, i) => 187.123 + ((i * 37) % 60) * 1.037);
    const checks = times.map((connectTimeMs, i) => ({
      slotAtMs: i * 1_000,
      verdict: i % 6 === 0 ? ("failed" as const) : ("passed" as const),
      errorKind: i % 6 === 0 ? (i % 12 === 0 ? ("timeout" as const) : ("reset" as const)) : null,
      connectTimeMs: i % 6 === 0 ? null : connectTimeMs,
    }));
    const region = { covered: true, checks, figures: figuresOf({ expectedCount: 61 }, checks) };
    const names = ["ap-northeast-1", "ap-southeast-2", "eu-central-1", "us-east-1", "us-west-2"];
    const regions = Object.fromEntries(names.map((name) => [name, region]));
    const full = summarise(
      task,
      { periodStartMs: 0, periodEndMs: 60_000, scheduleMs: 1_000, regions },
      { complete: true, missingRegions: [], rev: 1 },
    );
    const item = { ...marshall(toSummaryItem(full)), expires_at: { N: "1802174460" } };
    const size = itemSize(item);
    assert.ok(size <= 1_024, `${size} bytes`);
    assert.ok(size > 400, `${size} bytes can't be the whole item`);
  });
});

describe("parseSummaryItem", () => {
  it("gives back what was stored, through the SDK's own marshalling", () => {
    fc.assert(
      fc.property(anySummary(), (any) => {
        const stored = unmarshall(marshall(toSummaryItem(any)));
        assert.deepEqual(parseSummaryItem(stored), any);
      }),
    );
  });

  it("takes attributes, list elements and kinds that a later writer added", () => {
    const item = toSummaryItem(summary);
    const later = {
      ...item,
      expires_at: 1,
      note: "new",
      o: [...item.o.slice(0, 6), [0, 1, 99, 4], 7],
    };
    const parsed = parseSummaryItem(later);
    assert.deepEqual(parsed.overall.failuresByKind, { refused: 1 });
    assert.equal(parsed.overall.failedCount, 1);
  });

  const refused = [
    { change: { v: 2 }, message: "Summary format 2 is not supported" },
    { change: { v: undefined }, message: "Summary format undefined is not supported" },
    { change: { host: 7 }, message: "Summary item is damaged: host" },
    { change: { rev: "1" }, message: "Summary item is damaged: rev" },
    { change: { period_start: 1.5 }, message: "Summary item is damaged: period_start" },
    { change: { missing_regions: [1] }, message: "Summary item is damaged: missing_regions" },
    { change: { r: [] }, message: "Summary item is damaged: r" },
    { change: { r: { dub: {} } }, message: "Summary item is damaged: figures" },
    { change: { o: [1, 2, 3] }, message: "Summary item is damaged: figures" },
    { change: { o: [1, 0, 1, 0, 0, [1], []] }, message: "Summary item is damaged: figures" },
    { change: { o: [1, 0, 1, 0, "0", [], []] }, message: "Summary item is damaged: figures" },
  ];
  for (const { change, message } of refused) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      assert.throws(() => parseSummaryItem({ ...toSummaryItem(summary), ...change }), { message });
    });
  }
});
