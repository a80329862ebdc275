import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readSeries } from "../../../functions/history/history.ts";
import { readSummaries } from "../../../functions/history/read-summaries.ts";
import { asStored, figuresOf, type Summary, toAggMetric } from "../../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { FakePeriodStore, FakeSummaryStore } from "../../fakes/home-stores.ts";

const NOON = Date.UTC(2026, 0, 5, 12);

function figures(connectTimeMs: number) {
  const check = {
    slotAtMs: NOON,
    verdict: "passed",
    errorKind: null,
    connectTimeMs,
    synRetransmits: 0,
  } as const;
  return figuresOf({ expectedCount: 1 }, [check]);
}

function aSummary(minute: number, regions: Summary["regions"], taskName = "db"): Summary {
  const periodStartMs = NOON + minute * MINUTE_MS;
  return {
    taskName,
    host: "192.0.2.1:22",
    targetId: null,
    periodStartMs,
    periodEndMs: periodStartMs + MINUTE_MS,
    overall: figures(3),
    regions,
    complete: true,
    missingRegions: [],
    rev: 1,
  };
}

const BOTH = { eu: figures(1), us: figures(5) };
const STORED = [
  aSummary(0, BOTH),
  aSummary(1, { eu: figures(2) }),
  aSummary(2, BOTH),
  aSummary(1, BOTH, "web"),
];

async function storedSummaries() {
  const summaries = new FakeSummaryStore();
  await summaries.putSummaries(STORED);
  return { summaries, periods: new FakePeriodStore() };
}

const ALL = {
  taskName: "db",
  region: null,
  sinceMs: NOON,
  untilMs: NOON + 3 * MINUTE_MS,
  limit: 9,
};

test("readSummaries gives a task's minutes, newest first, with the figures of all regions", async () => {
  const rows = await readSummaries(await storedSummaries(), ALL);
  const [first, second, third] = STORED;
  assert.ok(first && second && third);
  assert.deepEqual(
    rows,
    [third, second, first].map((summary) => toAggMetric(asStored(summary))),
  );
});

test("readSummaries gives one region's figures in place of the overall ones", async () => {
  const rows = await readSummaries(await storedSummaries(), { ...ALL, region: "eu" });
  const overall = (minute: number) => {
    const { regions, ...rest } = toAggMetric(aSummary(minute, {}));
    return rest;
  };
  const averages = [
    [2, 1],
    [1, 2],
    [0, 1],
  ] as const;
  assert.deepEqual(
    rows,
    averages.map(([minute, ms]) => ({
      ...overall(minute),
      ...toAggMetric(aSummary(minute, { eu: figures(ms) })).regions.eu,
      region: "eu",
    })),
  );
});

test("readSummaries leaves out the minutes in which a region has no figures", async () => {
  const rows = await readSummaries(await storedSummaries(), { ...ALL, region: "us" });
  const minutes = rows.map(({ period_start: at }) => (at * 1_000 - NOON) / MINUTE_MS);
  assert.deepEqual(minutes, [2, 0]);
});

const SPANS: readonly (readonly [
  sinceMs: EpochMs,
  untilMs: EpochMs,
  limit: number,
  count: number,
])[] = [
  [NOON, NOON + 2 * MINUTE_MS, 9, 2],
  [NOON + 1, NOON + 2 * MINUTE_MS + 1, 9, 2],
  [NOON, NOON + 3 * MINUTE_MS, 1, 1],
  [NOON + 3 * MINUTE_MS, NOON + 9 * MINUTE_MS, 9, 0],
];

for (const [sinceMs, untilMs, limit, count] of SPANS) {
  const span = `${sinceMs - NOON} to ${untilMs - NOON} ms, at most ${limit}`;
  test(`readSummaries finds ${count} minutes of ${span}`, async () => {
    const rows = await readSummaries(await storedSummaries(), { ...ALL, sinceMs, untilMs, limit });
    assert.equal(rows.length, count);
  });
}

test("readSummaries gives the whole hour or day that a time begins in", async () => {
  const sources = await storedSummaries();
  const span = { sinceMs: NOON + 2 * MINUTE_MS, untilMs: NOON + 3 * MINUTE_MS, limit: 9 };
  for (const stepMs of [HOUR_MS, DAY_MS]) {
    const rows = await readSummaries(sources, { ...ALL, ...span, stepMs });
    assert.deepEqual(
      rows.map(({ sample_count }) => sample_count),
      [5],
    );
  }
});

test("readSeries gives the minutes oldest first, or merged into their hour", async () => {
  const sources = await storedSummaries();
  const query = { taskName: "db", fromMs: NOON, toMs: NOON + HOUR_MS };
  const minutes = await readSeries(sources, { ...query, stepMs: MINUTE_MS });
  assert.deepEqual(
    minutes.map(({ periodStartMs }) => (periodStartMs - NOON) / MINUTE_MS),
    [0, 1, 2],
  );
  const [hour, ...more] = await readSeries(sources, { ...query, stepMs: HOUR_MS });
  assert.deepEqual(more, []);
  assert.deepEqual([hour?.periodStartMs, hour?.periodEndMs], [NOON, NOON + HOUR_MS]);
  assert.equal(hour?.overall.sampleCount, 5);
  assert.equal(hour?.regions.eu?.sampleCount, 3);
  assert.equal(hour?.regions.us?.sampleCount, 2);
  assert.equal(hour?.regions.eu?.maxConnectTimeMs, 2);
});
