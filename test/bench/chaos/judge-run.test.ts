import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resultId } from "../../../bench/chaos/books.ts";
import { type FleetEnd, judgeRun, judgeWeight } from "../../../bench/chaos/judge-run.ts";
import { LOCATION, PLACES } from "../../../bench/chaos/regions.ts";
import { staggerOf } from "../../../shared/plan/plan.ts";
import { nominalSlots } from "../../../shared/slot/slot.ts";
import { figuresOf, type JudgedCheck, summarise } from "../../../shared/summary/summary.ts";
import { MINUTE_MS } from "../../../shared/units.ts";

/** Down in the second minute. */
const TASK = {
  name: "db",
  scheduleMs: 20_000,
  outages: [{ fromMs: MINUTE_MS, toMs: Number.POSITIVE_INFINITY }],
};
const SPAN = { fromMs: 60 * MINUTE_MS, toMs: 62 * MINUTE_MS };
const CHANGE = {
  taskName: "db",
  atMs: 61.5 * MINUTE_MS,
  isWarning: false,
  sentence: "CRITICAL: db",
};
const MINUTES = [SPAN.fromMs, SPAN.fromMs + MINUTE_MS];

const RUN = { tasks: [TASK], span: SPAN };

function slotsOf(region: string, minuteMs: number): number[] {
  const minute = { fromMs: minuteMs, toMs: minuteMs + MINUTE_MS };
  return nominalSlots(TASK, { staggerPermille: staggerOf(PLACES, region) }, minute);
}

/** The summary of a minute in which the first region made `kept` checks, and the others all. */
function summaryOf(minuteMs: number, kept: number) {
  const regions = PLACES.map((region, i) => {
    const slots = slotsOf(region, minuteMs);
    const made = i === 0 ? slots.slice(0, kept) : slots;
    const checks = made.map(
      (slotAtMs): JudgedCheck => ({
        slotAtMs,
        verdict: "passed",
        errorKind: null,
        connectTimeMs: 1,
        synRetransmits: 0,
      }),
    );
    const figures = figuresOf({ expectedCount: slots.length }, checks);
    return [region, { covered: true, checks, rechecks: [], figures }] as const;
  });
  const window = {
    periodStartMs: minuteMs,
    periodEndMs: minuteMs + MINUTE_MS,
    scheduleMs: TASK.scheduleMs,
    regions: Object.fromEntries(regions),
  };
  const task = { name: TASK.name, host: "127.0.0.1:1", targetId: null };
  return summarise(task, window, { complete: true, missingRegions: [], rev: 1 });
}

function allResults(): [string, number][] {
  return PLACES.flatMap((region) =>
    MINUTES.flatMap((minute) => slotsOf(region, minute)).map((slot): [string, number] => [
      resultId(region, TASK.name, slot),
      1,
    ]),
  );
}

function endOf(changed: Partial<FleetEnd["books"]> = {}, rest: Partial<FleetEnd> = {}): FleetEnd {
  const results = new Map(allResults());
  return {
    books: {
      changes: new Map([["id-1", CHANGE]]),
      delivered: ["id-1"],
      waiting: new Set(),
      summaries: MINUTES.map((minute) => summaryOf(minute, 3)),
      results,
      ...changed,
    },
    printedResults: new Set(results.keys()),
    ownEnds: [],
    slowEnds: 0,
    ...rest,
  };
}

function brokenBy(disturbed: FleetEnd): Record<string, number> {
  const findings = judgeRun(endOf(), disturbed, RUN);
  const broken = findings.filter(({ wrong }) => wrong.length > 0);
  return Object.fromEntries(broken.map(({ claim, wrong }) => [claim, wrong.length]));
}

const [FIRST_ID = ""] = allResults()[0] ?? [];
const WITHOUT_FIRST = new Map(allResults().slice(1));
const [FIRST_MINUTE = 0, SECOND_MINUTE = 0] = MINUTES;

describe("judgeRun", () => {
  it("finds nothing wrong where nothing is", () => assert.deepEqual(brokenBy(endOf()), {}));

  it("takes an event that is delivered after the next start for kept", () => {
    assert.deepEqual(brokenBy(endOf({ delivered: [], waiting: new Set(["id-1"]) })), {});
  });

  it("takes a missed slot for what it is", () => {
    const summaries = [summaryOf(FIRST_MINUTE, 3), summaryOf(SECOND_MINUTE, 2)];
    const [lost = 0] = slotsOf(PLACES[0], SECOND_MINUTE).slice(2);
    const results = new Map(allResults());
    results.delete(resultId(PLACES[0], TASK.name, lost));
    const printedResults = new Set(results.keys());
    assert.deepEqual(brokenBy(endOf({ summaries, results }, { printedResults })), {});
  });

  const faults: readonly (readonly [string, FleetEnd, Record<string, number>])[] = [
    [
      "a lost incident",
      endOf({ changes: new Map(), delivered: [] }),
      { "changes that only the calm fleet saw": 1 },
    ],
    [
      "an incident that never was",
      endOf({
        changes: new Map([
          ["id-1", CHANGE],
          ["id-2", CHANGE],
        ]),
        delivered: ["id-1", "id-2"],
      }),
      { "changes that only the disturbed fleet saw": 1 },
    ],
    [
      "an event that was not delivered",
      endOf({ delivered: [] }),
      { "changes neither delivered nor waiting for it, or not in the history": 1 },
    ],
    [
      "an event that is not in the history",
      endOf({ delivered: ["id-1", "id-1", "id-3"] }),
      { "changes neither delivered nor waiting for it, or not in the history": 1 },
    ],
    [
      "a hole",
      endOf({ summaries: [summaryOf(FIRST_MINUTE, 3)] }),
      { "minutes without a summary": 1 },
    ],
    [
      "a slot that is neither a result nor missed",
      endOf({ results: WITHOUT_FIRST }, { printedResults: new Set() }),
      { "regions and minutes whose slots are not each a result or missed": 1 },
    ],
    [
      "a slot that is both",
      endOf({ summaries: [summaryOf(FIRST_MINUTE, 2), summaryOf(SECOND_MINUTE, 3)] }),
      { "regions and minutes whose slots are not each a result or missed": 1 },
    ],
    [
      "two results of a slot",
      endOf({ results: new Map([...allResults(), [FIRST_ID, 2]]) }),
      { "slots with two results": 1 },
    ],
    [
      "a result that was printed and not kept",
      endOf({}, { printedResults: new Set(["gone"]) }),
      { "results printed and not kept": 1 },
    ],
    ["a slow end", endOf({}, { slowEnds: 1 }), { "ends that took too long": 1 }],
    [
      "an end by itself",
      endOf({}, { ownEnds: ["1: ", "SIGABRT: "] }),
      { "ends that nobody asked for": 2 },
    ],
  ];
  for (const [fault, disturbed, expected] of faults) {
    it(`finds ${fault}`, () => assert.deepEqual(brokenBy(disturbed), expected));
  }
});

describe("judgeWeight", () => {
  it("counts apart what a fleet lacks because it has lost the checks of every minute to see it", () => {
    const without = (place: string, ...minutes: number[]) => {
      const results = new Map(allResults());
      for (const minute of minutes)
        results.delete(resultId(place, TASK.name, slotsOf(place, minute)[0] ?? 0));
      return endOf({ changes: new Map(), delivered: [], results });
    };
    const unseenBy = (end: FleetEnd) => {
      const [, unseen] = judgeWeight(endOf(), end, { ...RUN, disturbances: 1 });
      const { "changes that only the calm fleet saw": missed = 0 } = brokenBy(end);
      return [unseen?.measured, missed];
    };
    const warned = endOf({
      ...{
        changes: new Map([
          ["id-1", CHANGE],
          ["id-2", { ...CHANGE, isWarning: true }],
        ]),
      },
      ...{ delivered: ["id-1", "id-2"] },
    });
    const only = "changes that only the disturbed fleet saw";
    assert.equal(brokenBy(warned)[only], 1);
    const lossy = endOf({
      ...warned.books,
      results: without(PLACES[0], FIRST_MINUTE).books.results,
    });
    assert.equal(brokenBy(lossy)[only], undefined);
    assert.deepEqual(unseenBy(without(PLACES[0], SECOND_MINUTE)), [1, 0]);
    assert.deepEqual(unseenBy(without(PLACES[0], FIRST_MINUTE)), [0, 1], "before it went down");
    assert.deepEqual(unseenBy(without(LOCATION, SECOND_MINUTE)), [0, 1], "its vote is not needed");
  });

  it("says what a run that compared nothing lacks", () => {
    const empty = endOf({ changes: new Map(), summaries: [], results: new Map() });
    const lacks = (end: FleetEnd, disturbances: number) =>
      judgeWeight(end, end, { ...RUN, disturbances }).filter(
        ({ measured, limit, bound }) => bound === "at least" && measured < limit,
      ).length;
    assert.equal(lacks(endOf(), 1), 0);
    assert.equal(lacks(empty, 0), 4);
  });
});
