import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { usualMinutes, usualTimesOf } from "../../../../shared/health/trends/trends.ts";
import { figuresOf, type Summary, summarise } from "../../../../shared/summary/summary.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { NOON, regionWindow } from "../windows.ts";

const AT_MS = NOON + 90_000;
const TASK = { name: "db", host: "db:5432", targetId: null };

/** A summary of one minute: a connect time by region, null where no check passed. */
function summaryAt(periodStartMs: number, times: Readonly<Record<string, number | null>>): Summary {
  const regions = Object.entries(times).map(([name, time]) => [
    name,
    regionWindow(time === null ? "ff" : `p@${time}`, periodStartMs),
  ]);
  const window = {
    periodStartMs,
    periodEndMs: periodStartMs + MINUTE_MS,
    scheduleMs: MINUTE_MS,
    regions: Object.fromEntries(regions),
  };
  return summarise(TASK, window, { complete: true, missingRegions: [], rev: 1 });
}

describe("usualMinutes", () => {
  const minutes = usualMinutes(AT_MS);

  it("are fewer than fifty whole minutes before the instant, each once", () => {
    assert.ok(minutes.length < 50, `${minutes.length} minutes`);
    assert.equal(new Set(minutes).size, minutes.length);
    assert.ok(minutes.every((at) => at % MINUTE_MS === 0 && at < AT_MS - MINUTE_MS));
  });

  it("are of the last day, and of the same hour of four weeks before", () => {
    const ofDay = minutes.filter((at) => at > AT_MS - DAY_MS);
    const earlier = minutes.filter((at) => at <= AT_MS - DAY_MS);
    assert.equal(ofDay.length, 28);
    for (const at of earlier) {
      const weeks = Math.floor((at - NOON) / (7 * DAY_MS));
      const intoHourMs = at - (NOON + weeks * 7 * DAY_MS);
      assert.ok(weeks >= -4 && weeks < 0 && intoHourMs >= 0 && intoHourMs < HOUR_MS);
    }
  });
});

describe("usualTimesOf", () => {
  const last = (count: number, ms: number | null) =>
    Array.from({ length: count }, (_, i) => summaryAt(NOON - (i + 1) * HOUR_MS, { eu: ms }));
  const weekAgo = (weeks: number, ms: number) =>
    [6, 30, 53].map((minute) =>
      summaryAt(NOON - weeks * 7 * DAY_MS + minute * MINUTE_MS, { eu: ms }),
    );

  it("says of each region the median of its medians, dated with the instant", () => {
    const summaries = [10, 300, 20, 30, 11].map((ms, i) =>
      summaryAt(NOON - (i + 1) * HOUR_MS, { eu: ms, us: 2 * ms }),
    );
    const regions = { eu: 20, us: 40 };
    assert.deepEqual(usualTimesOf(summaries, AT_MS), { readAtMs: AT_MS, regions });
  });

  it("says nothing of fewer than three minutes with a time", () => {
    assert.deepEqual(usualTimesOf(last(2, 10), AT_MS).regions, { eu: null });
    assert.deepEqual(usualTimesOf(last(3, 10), AT_MS).regions, { eu: 10 });
    assert.deepEqual(usualTimesOf(last(9, null), AT_MS).regions, { eu: null });
    assert.deepEqual(usualTimesOf([], AT_MS).regions, {});
  });

  it("takes the hour of the week when two weeks have it, not one", () => {
    const one = [...last(5, 10), ...weekAgo(1, 80)];
    assert.deepEqual(usualTimesOf(one, AT_MS).regions, { eu: 10 });
    const two = [...one, ...weekAgo(2, 80)];
    assert.deepEqual(usualTimesOf(two, AT_MS).regions, { eu: 80 });
  });

  it("reads figures without a time", () => {
    const empty = { ...summaryAt(NOON, {}), regions: { eu: figuresOf({ expectedCount: 0 }, []) } };
    assert.deepEqual(usualTimesOf([empty], AT_MS).regions, { eu: null });
  });
});
