import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type FleetState,
  INITIAL_FLEET,
  impairedRegions,
  judgeRegions,
  type RegionChange,
  type RegionCount,
} from "../../../shared/fleet-health/fleet-health.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { NOON } from "../health/windows.ts";

/** Failing of checked targets, by region. */
type Counts = Readonly<Record<string, readonly [failing: number, checked: number]>>;

function countsOf(counts: Counts): RegionCount[] {
  return Object.entries(counts).map(([region, [failingCount, checkedCount]]) => ({
    region,
    failingCount,
    checkedCount,
  }));
}

function judge(state: FleetState, counts: Counts, atMs: EpochMs, regions = Object.keys(counts)) {
  return judgeRegions(state, countsOf(counts), { atMs, regions });
}

/** A second look at the same counts is needed to be sure. */
function impairedBy(counts: Counts): string[] {
  const { state } = judge(INITIAL_FLEET, counts, NOON - 30_000);
  return [...impairedRegions(judge(state, counts, NOON).state)];
}

/** The judgement by which a region is impaired. */
function judgeSure(counts: Counts, state = INITIAL_FLEET) {
  return judge(judge(state, counts, NOON - 30_000).state, counts, NOON);
}

/** Looks at the counts once in 30 s, and tells what changed at which second. */
function play(looks: readonly Counts[], regions?: readonly string[]) {
  let state = INITIAL_FLEET;
  const story: string[] = [];
  for (const [i, counts] of looks.entries()) {
    const atMs = NOON + i * 30_000;
    const judged = judge(state, counts, atMs, regions ? [...regions] : undefined);
    state = judged.state;
    story.push(
      ...judged.changes.map(
        ({ region, phase, number }) => `${i * 30} ${region} ${phase} ${number}`,
      ),
    );
  }
  return { state, story };
}

const WORLDS: readonly (readonly [what: string, counts: Counts, impaired: readonly string[]])[] = [
  ["all is well", { a: [0, 20], b: [0, 20], c: [0, 20] }, []],
  ["a region at 30 %, the others at none", { a: [6, 20], b: [0, 20], c: [0, 20] }, ["a"]],
  ["a region just below 30 %", { a: [29, 100], b: [0, 100], c: [0, 100] }, []],
  ["a region at three times the others", { a: [30, 100], b: [10, 100], c: [10, 100] }, []],
  ["a region above three times the others", { a: [31, 100], b: [10, 100], c: [10, 100] }, ["a"]],
  ["a brown-out that all regions see", { a: [60, 100], b: [55, 100], c: [70, 100] }, []],
  ["two of three at the same share", { a: [60, 100], b: [60, 100], c: [0, 100] }, []],
  ["two of four", { a: [60, 99], b: [60, 99], c: [0, 99], d: [0, 99] }, ["a", "b"]],
  ["two of five", { a: [9, 9], b: [9, 9], c: [0, 9], d: [0, 9], e: [1, 9] }, ["a", "b"]],
  ["one of two", { a: [60, 100], b: [1, 100] }, ["a"]],
  ["both of two", { a: [60, 100], b: [50, 100] }, []],
  ["one region only, all of its targets fail", { a: [20, 20] }, ["a"]],
  ["one region only, below 30 %", { a: [29, 100] }, []],
  ["a fleet of five targets, all fail in a region", { a: [5, 5], b: [0, 5] }, ["a"]],
  ["a fleet of five targets, four fail in a region", { a: [4, 5], b: [0, 5] }, []],
  ["a fleet of four targets, all fail in a region", { a: [4, 4], b: [0, 4] }, []],
  ["another region with too few targets is not asked", { a: [20, 40], b: [4, 4] }, ["a"]],
  ["a region that checks nothing is not asked", { a: [20, 40], b: [0, 0], c: [10, 40] }, []],
];

describe("judgeRegions", () => {
  for (const [what, counts, impaired] of WORLDS) {
    it(`names ${impaired.join(" and ") || "no region"}: ${what}`, () => {
      assert.deepEqual(impairedBy(counts), impaired);
    });
  }

  const well: Counts = { a: [0, 20], b: [0, 20], c: [0, 20] };
  const bad: Counts = { ...well, a: [12, 20] };
  const better: Counts = { ...well, a: [2, 20] };
  const between: Counts = { ...well, a: [3, 20] };

  it("keeps a region impaired until its share was below half of the limit for two minutes", () => {
    const { story, state } = play([well, bad, bad, better, better, better, better, better]);
    assert.deepEqual(story, ["60 a raised 1", "210 a cleared 1"]);
    assert.deepEqual(state.regions, {
      a: { number: 1, doubtedSinceMs: null, sinceMs: null, lowSinceMs: null },
    });
  });

  it("begins to count the two minutes again when the share rises to half of the limit", () => {
    const rises = [
      bad,
      bad,
      better,
      better,
      better,
      better,
      between,
      better,
      better,
      better,
      better,
    ];
    assert.deepEqual(play([...rises, better]).story, ["30 a raised 1", "330 a cleared 1"]);
  });

  it("lets a region vote again in a brown-out, because the others see the same", () => {
    const brownOut: Counts = { a: [12, 20], b: [12, 20], c: [11, 20] };
    const looks = [bad, bad, brownOut, brownOut, brownOut, brownOut, brownOut];
    assert.deepEqual(play(looks).story, ["30 a raised 1", "180 a cleared 1"]);
  });

  it("counts a region's impairments", () => {
    const cycle = [bad, bad, well, well, well, well, well];
    const { story } = play([...cycle, ...cycle]);
    assert.deepEqual(story, [
      "30 a raised 1",
      "180 a cleared 1",
      "240 a raised 2",
      "390 a cleared 2",
    ]);
  });

  it("clears a region that is no longer of the fleet, and remembers its number", () => {
    const { state } = judgeSure(bad);
    const gone = judge(state, { b: [0, 20], c: [0, 20] }, NOON + 1);
    assert.deepEqual(
      gone.changes.map(({ region, phase, reason }) => [region, phase, reason]),
      [["a", "cleared", "region_removed"]],
    );
    const doubted = judge(gone.state, bad, NOON + 2).state;
    assert.equal(judge(doubted, bad, NOON + 30_002).changes[0]?.number, 2);
  });

  it("keeps a region as it is while its targets are not known", () => {
    const unknown: Counts = { b: [0, 20], c: [0, 20] };
    const looks = [bad, bad, ...Array.from({ length: 10 }, () => unknown)];
    assert.deepEqual(play(looks, ["a", "b", "c"]).story, ["30 a raised 1"]);
  });

  it("lets a region vote again that has too few targets left to be judged by", () => {
    const few: Counts = { ...well, a: [3, 3] };
    assert.deepEqual(play([bad, bad, few, few, few, few, few]).story, [
      "30 a raised 1",
      "180 a cleared 1",
    ]);
  });

  it("says what the region and the others fail, and why", () => {
    const counts = countsOf({ a: [12, 20], b: [1, 20], c: [3, 20] });
    const kinds = { timeout: 4, refused: 1, reset: 4, dns_failed: 3 };
    const told = counts.map((count) => (count.region === "a" ? { ...count, kinds } : count));
    const regions = ["a", "b", "c"];
    const { state } = judgeRegions(INITIAL_FLEET, told, { atMs: NOON - 40_000, regions });
    const { changes } = judgeRegions(state, told, { atMs: NOON, regions });
    const expected: RegionChange = {
      region: "a",
      phase: "raised",
      reason: "impaired",
      number: 1,
      atMs: NOON,
      sinceMs: NOON - 40_000,
      checkedCount: 20,
      failingCount: 12,
      othersShare: 0.1,
      kinds: ["reset", "timeout", "dns_failed"],
      isAlone: false,
    };
    assert.deepEqual(changes, [expected]);
  });

  it("says when no other region votes", () => {
    const isAlone = (counts: Counts) =>
      [...judge(INITIAL_FLEET, counts, NOON).changes, ...judgeSure(counts).changes][0]?.isAlone;
    assert.equal(isAlone({ a: [20, 20] }), true);
    assert.equal(isAlone({ a: [20, 20], b: [0, 0] }), true);
    assert.equal(isAlone({ a: [20, 20], b: [0, 1] }), false);
  });

  it("judges no look up to the last one that changed the state", () => {
    const { state } = judge(INITIAL_FLEET, bad, NOON);
    for (const atMs of [NOON - MINUTE_MS, NOON]) {
      const again = judge(state, well, atMs);
      assert.equal(again.state, state);
      assert.deepEqual(again.changes, []);
    }
  });

  it("doubts a region for 30 s, unless it is alone", () => {
    const { state, changes } = judge(INITIAL_FLEET, bad, NOON);
    assert.deepEqual(changes, []);
    assert.deepEqual(state.regions.a?.doubtedSinceMs, NOON);
    const after = (ms: number) => judge(state, bad, NOON + ms).changes.map(({ phase }) => phase);
    assert.deepEqual([after(29_999), after(30_000)], [[], ["raised"]]);
    const alone = judge(INITIAL_FLEET, { a: [12, 20] }, NOON);
    assert.deepEqual(
      alone.changes.map(({ phase }) => phase),
      ["raised"],
    );
  });

  it("forgets its doubt of the region that was only the first to tell of targets that are down", () => {
    const first: Counts = { a: [8, 20], b: [1, 20], c: [2, 20] };
    const later: Counts = { a: [18, 20], b: [14, 20], c: [15, 20] };
    const { story, state } = play([first, later, later]);
    assert.deepEqual([story, state.regions], [[], {}]);
  });

  it("returns the same object while nothing changes", () => {
    assert.equal(judge(INITIAL_FLEET, well, NOON).state, INITIAL_FLEET);
    const { state } = judge(INITIAL_FLEET, bad, NOON);
    assert.equal(judge(state, bad, NOON + 1).state, state);
  });

  const aCount = fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => [Math.min(a, b), b] as const);
  const someCounts = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), aCount, {
    minKeys: 1,
  });

  it("never names a majority that fails one share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 5, max: 40 }), (n, failing) => {
        const names = Array.from({ length: n }, (_, i) => `r${i}`);
        const majority = Math.floor(n / 2) + 1;
        const counts = names.map((name, i) => [name, [i < majority ? failing : 0, 40]]);
        assert.deepEqual(impairedBy(Object.fromEntries(counts)), []);
      }),
    );
  });

  it("raises and clears each region in turn, with consecutive numbers", () => {
    fc.assert(
      fc.property(fc.array(someCounts, { maxLength: 40 }), (looks) => {
        const { story } = play(looks, ["a", "b", "c", "d", "e"]);
        const byRegion = Map.groupBy(story, (line) => line.split(" ")[1]);
        for (const [region, lines] of byRegion) {
          const expected = lines.map(
            (_, i) => `${region} ${i % 2 === 0 ? "raised" : "cleared"} ${Math.floor(i / 2) + 1}`,
          );
          assert.deepEqual(
            lines.map((line) => line.slice(line.indexOf(" ") + 1)),
            expected,
          );
        }
      }),
    );
  });
});
