import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  chunksBeforeHoles,
  countChunks,
  countChunksWithin,
  countNotUnderstood,
  isWithin,
  readChunks,
  termsBeganFor,
  worstClock,
} from "../../../../functions/aggregate/window/read-chunks.ts";
import { windowFrom } from "../../../../functions/aggregate/window/read-window.ts";
import type { Interval, Lease } from "../../../../shared/slot/slot.ts";
import { aResult, QUIET_NOTES } from "../../../fakes/results.ts";
import { FakeChunkStore } from "../../../fakes/stores.ts";
import { brokenAt } from "../../plan/broken.ts";
import { minute, NOON } from "../rig.ts";
import { aLease, aRegionView, aShardView } from "./views.ts";

const WINDOW = windowFrom(NOON);

/** The first term that reaches into the window: the last recheck of its last slot comes 59 s later. */
const FIRST_TERM = minute(-1) - 59_000 + 1;

function aChunk(slots: readonly number[], notUnderstoodCount = 0) {
  const results = slots.map((slotAtMs) => aResult({ slotAtMs }));
  const place = { shard: 0, part: 0, bundle: "new", termFromMs: NOON };
  return { ...place, notes: QUIET_NOTES, results, notUnderstoodCount };
}

describe("isWithin", () => {
  const CASES: readonly (readonly [what: string, atMs: number, expected: boolean])[] = [
    ["is false just before the start", NOON - 1, false],
    ["is true at the start", NOON, true],
    ["is true just before the end", minute(1) - 1, true],
    ["is false at the end", minute(1), false],
  ];
  for (const [what, atMs, expected] of CASES) {
    it(what, () => assert.equal(isWithin(WINDOW, atMs), expected));
  }
});

describe("termsBeganFor", () => {
  it("takes in every minute that reaches into the window, and no other", () => {
    const terms = termsBeganFor(WINDOW);
    const reaches = (termFromMs: number) => isWithin(terms, termFromMs);
    assert.equal(reaches(FIRST_TERM - 1), false, "its last recheck is before the window");
    assert.equal(reaches(FIRST_TERM), true);
    assert.equal(reaches(minute(1) - 1), true);
    assert.equal(reaches(minute(1)), false);
  });
});

describe("chunksBeforeHoles", () => {
  const CASES: readonly (readonly [what: string, parts: number[], kept: number[]])[] = [
    ["keeps parts without a gap", [0, 1, 2], [0, 1, 2]],
    ["leaves out all if the first is missing", [1, 2], []],
    ["leaves out what comes after a gap", [0, 1, 3, 4], [0, 1]],
    ["keeps the pieces of a part", [0, 1, 1.1, 1.2, 2], [0, 1, 1.1, 1.2, 2]],
    ["leaves out the pieces of a part after a gap", [0, 2, 2.1], [0]],
    ["keeps what was checked on request", [0, 2, 1_000, 7_000], [0, 1_000, 7_000]],
  ];
  for (const [what, parts, kept] of CASES) {
    it(what, () => {
      const chunks = parts.map((part) => ({ ...aChunk([NOON]), part }));
      assert.deepEqual(
        chunksBeforeHoles(chunks).map(({ part }) => part),
        kept,
      );
    });
  }

  it("looks at each term alone", () => {
    const later = { ...aChunk([NOON]), termFromMs: minute(1) };
    const chunks = [{ ...aChunk([NOON]), part: 1 }, later, { ...later, part: 1 }];
    assert.deepEqual(chunksBeforeHoles(chunks), chunks.slice(1));
  });
});

describe("countChunksWithin", () => {
  it("counts a chunk if one of its slots is in the window", () => {
    const chunks = [
      aChunk([NOON - 1]),
      aChunk([NOON]),
      aChunk([NOON - 1, minute(1) - 1, minute(1)]),
      aChunk([minute(1)]),
    ];
    assert.equal(countChunksWithin(chunks, WINDOW), 2);
    assert.equal(countChunksWithin(chunks, windowFrom(minute(1))), 2);
  });
});

describe("countNotUnderstood", () => {
  it("counts a chunk over two windows once, in the window of its last slot", () => {
    const chunks = [
      aChunk([NOON - 1], 1),
      aChunk([NOON, NOON - 1], 10),
      aChunk([minute(1) - 1], 100),
      aChunk([minute(1), minute(1) - 1], 1_000),
      aChunk([NOON], 0),
    ];
    const counts = [-1, 0, 1, 2].map((at) => countNotUnderstood(chunks, windowFrom(minute(at))));
    assert.deepEqual(counts, [1, 110, 1_000, 0]);
  });
});

describe("readChunks", () => {
  const CASES: readonly {
    readonly what: string;
    readonly lease: Lease | null;
    readonly reads: number;
  }[] = [
    { what: "without a lease", lease: null, reads: 0 },
    { what: "whose lease has no run", lease: aLease(), reads: 0 },
    { what: "whose lease has a run in the window", lease: aLease([NOON, minute(1)]), reads: 1 },
    {
      what: "whose last run ended when the first term that reaches into it began",
      lease: aLease([minute(-9), FIRST_TERM]),
      reads: 0,
    },
    {
      what: "whose last run ended 1 ms later",
      lease: aLease([minute(-9), FIRST_TERM + 1]),
      reads: 1,
    },
    {
      what: "whose runs leave out the window",
      lease: aLease([minute(-9), minute(-5)], [minute(1), minute(2)]),
      reads: 0,
    },
    {
      what: "whose history begins with the first term that reaches into it",
      lease: aLease([FIRST_TERM, FIRST_TERM + 1]),
      reads: 1,
    },
    {
      what: "whose history begins after the window",
      lease: aLease([minute(600), minute(601)]),
      reads: 1,
    },
  ];
  for (const { what, lease, reads } of CASES) {
    it(`asks the store ${reads} times about a shard ${what}`, async () => {
      const asked: Interval[] = [];
      const chunks = new FakeChunkStore();
      const region = aRegionView("eu", [], {
        readChunks: (shard, termsBegan) => {
          asked.push(termsBegan);
          return chunks.readChunks(shard, termsBegan);
        },
      });
      const read = await readChunks(region, aShardView({ lease }), WINDOW);
      assert.deepEqual(read, { chunks: [], damaged: [] });
      assert.deepEqual(asked, Array(reads).fill(termsBeganFor(WINDOW)));
    });
  }
});

describe("countChunks", () => {
  const lease = aLease([NOON, minute(1)]);
  const shards = [0, 1].map((shard) => aShardView({ shard, lease }));

  it("adds up the chunks of all shards", async () => {
    const chunks = new FakeChunkStore();
    for (const [shard, part] of [0, 1, 1].entries()) {
      await chunks.putChunk({ ...aChunk([NOON]), shard: Math.min(shard, 1), part });
    }
    assert.equal(await countChunks(aRegionView("eu", shards, chunks), WINDOW), 2);
  });

  it("throws if a shard can't be read", async () => {
    const chunks = brokenAt(new FakeChunkStore(), "readChunks");
    await assert.rejects(countChunks(aRegionView("eu", shards, chunks), WINDOW));
  });
});

describe("worstClock", () => {
  const clockOf = (offsetMs: number) => ({
    askedCount: 3,
    answeredCount: 3,
    figures: { offsetMs, stabilityMs: 0, jitterMs: 0, roundTripMs: 1 },
  });
  const known = (slots: readonly number[], offsetMs: number) => ({
    ...aChunk(slots),
    notes: { ...QUIET_NOTES, clock: clockOf(offsetMs) },
  });

  it("is that of the chunk in the window that is farthest off, either way", () => {
    const chunks = [known([NOON], 5), known([NOON], -7), known([minute(1) - 1], 6)];
    assert.deepEqual(worstClock(chunks, WINDOW), clockOf(-7));
  });

  it("ignores chunks without a slot in the window, and those that know nothing", () => {
    const outside = [known([NOON - 1], 9_000), known([minute(1)], 9_000)];
    assert.deepEqual(
      worstClock([...outside, aChunk([NOON]), known([NOON], 5)], WINDOW),
      clockOf(5),
    );
    assert.equal(worstClock([...outside, aChunk([NOON])], WINDOW), null);
  });
});
