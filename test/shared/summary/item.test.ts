import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { writeUnits } from "../../../shared/item-size.ts";
import {
  type Figures,
  figuresOf,
  firstSynAverage,
  UNKNOWN_TIMES,
} from "../../../shared/summary/figures.ts";
import {
  asStored,
  asStoredAlone,
  parseSummaryItem,
  toSummaryItem,
} from "../../../shared/summary/item.ts";
import { type Summary, summarise } from "../../../shared/summary/summarise.ts";
import {
  coarsenSketch,
  countOf,
  EMPTY_SKETCH,
  type TimeSketch,
} from "../../../shared/summary/time-sketch.ts";
import { toMicrosecondPrecision } from "../../../shared/units.ts";
import { anySummary } from "../health/arbitrary-checks.ts";
import { windowAt } from "../health/windows.ts";
import { itemSize } from "../item-size.ts";
import {
  crowdedSummary,
  GOLDEN_SUMMARY,
  marshalledItem,
  readGoldenItem,
} from "./stored-summary.ts";

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

/** The summary as it was before summaries could be merged. */
function withoutTimes(any: Summary): Summary {
  const bare = (figures: Figures) => ({ ...figures, ...UNKNOWN_TIMES });
  const regions = Object.entries(any.regions).map(([name, each]) => [name, bare(each)]);
  return { ...any, overall: bare(any.overall), regions: Object.fromEntries(regions) };
}

function withoutDeep(any: Summary): Summary {
  const bare = ({ deep: _beyond, ...figures }: Figures) => figures;
  const regions = Object.entries(any.regions).map(([name, each]) => [name, bare(each)]);
  return { ...any, overall: bare(any.overall), regions: Object.fromEntries(regions) };
}

/** A list of figures as the version before reads it: it took an empty list of retransmits for none. */
function yesterdaysLists(list: unknown) {
  assert.ok(Array.isArray(list));
  const [retransmitted = [], ...unread] = list.slice(7);
  assert.ok(Array.isArray(retransmitted) && [0, 2].includes(retransmitted.length));
  return { known: list.slice(0, 7), retransmitted, isLonger: unread.length > 9 };
}

/** Region `a` has TLS, a retry, a failed greeting, a certificate and a new address; `b` is plain. */
function deepSummary(): Summary {
  const quiet = { dialogueTimeMs: null, receivedBytes: 0, sentMessages: 0, receivedMessages: 0 };
  const certificate = { id: "0123456789abcdef", fromMs: 0, untilMs: 1_800_000_000_000 };
  const { a, b } = windowAt(0, { a: "pp", b: "p" }).regions;
  assert.ok(a && b);
  const [first, second] = a.checks;
  assert.ok(first && second);
  const failed = {
    ...({ slotAtMs: second.slotAtMs + 1, verdict: "failed", errorKind: "no_answer" } as const),
    ...{ connectTimeMs: null, synRetransmits: 0 },
  };
  const checks = [
    {
      ...first,
      deep: { ...quiet, certificate, tlsTimeMs: 10.001, isRetried: true, sentBytes: 20 },
    },
    {
      ...second,
      deep: {
        ...quiet,
        tlsTimeMs: 20.002,
        isRetried: false,
        sentBytes: 2,
        appeared: ["192.0.2.1"],
      },
    },
    {
      ...failed,
      deep: {
        ...quiet,
        tlsTimeMs: 5,
        isRetried: false,
        sentBytes: 0,
        failedPhase: "greeting" as const,
      },
    },
  ];
  const region = { ...a, checks, figures: figuresOf({ expectedCount: 3 }, checks) };
  const window = { ...windowAt(0, {}), regions: { a: region, b } };
  return summarise(task, window, { complete: true, missingRegions: [], rev: 1 });
}

function assertMergeable(stored: Summary, any: Summary): void {
  const pairs = Object.keys(any.regions).map((name) => [stored.regions[name], any.regions[name]]);
  for (const [read, made] of [...pairs, [stored.overall, any.overall]]) {
    assert.ok(read && made?.timeSketch);
    if (read.timedCount === null) continue;
    assert.equal(read.timedCount, made.timedCount);
    assert.equal(read.sumConnectTimeMs, made.sumConnectTimeMs);
    if (read.timeSketch === null) continue;
    assert.deepEqual(read.timeSketch, coarsenSketch(made.timeSketch, read.timeSketch.level));
  }
}

function sketchOf({ overall }: Summary): TimeSketch {
  return overall.timeSketch ?? EMPTY_SKETCH;
}

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
      k: Uint8Array.of(1, 0b1_1_1_00000),
    });
  });

  it("adds nothing where every region has one time at most: its figures say all", () => {
    const single = summarise(task, windowAt(0, { dub: "pf@10", syd: "ff", fra: "p@none" }), {
      complete: true,
      missingRegions: [],
      rev: 1,
    });
    assert.equal(toSummaryItem(single).k, undefined);
    assert.deepEqual(asStored(single), single);
  });

  it("takes no write unit more for what makes summaries mergeable", () => {
    fc.assert(
      fc.property(anySummary(), (any) => {
        const { k, ...plain } = marshalledItem(any);
        assert.equal(writeUnits(itemSize(marshalledItem(any))), writeUnits(itemSize(plain)));
      }),
    );
  });

  it("is coarser, then without a sketch, then without anything where the room is small", () => {
    const found = new Set<number | "counts" | "nothing">();
    for (let free = 0; free < 120; free++) {
      const crowded = crowdedSummary(free);
      const { k, ...plain } = marshalledItem(crowded);
      assert.equal(itemSize(plain), 1_024 - free);
      assert.ok(itemSize(marshalledItem(crowded)) <= 1_024);
      const { timedCount, timeSketch } = asStoredAlone(crowded).overall;
      found.add(timedCount === null ? "nothing" : (timeSketch?.level ?? "counts"));
      if (timeSketch === null) continue;
      assert.deepEqual(timeSketch, coarsenSketch(sketchOf(crowded), timeSketch.level));
    }
    assert.deepEqual([...found], ["nothing", "counts", 3, 2, 1, 0]);
  });

  it("stays below a kilobyte, DynamoDB's unit of writing, with five regions every second", () => {
    const times = Array.from({ length: 60 }, (_, i) => 187.123 + ((i * 37) % 60) * 1.037);
    const checks = times.map((connectTimeMs, i) => ({
      slotAtMs: i * 1_000,
      verdict: i % 6 === 0 ? ("failed" as const) : ("passed" as const),
      errorKind: i % 6 === 0 ? (i % 12 === 0 ? ("timeout" as const) : ("reset" as const)) : null,
      connectTimeMs: i % 6 === 0 ? null : connectTimeMs,
      synRetransmits: 0,
    }));
    const region = {
      covered: true,
      checks,
      rechecks: [],
      figures: figuresOf({ expectedCount: 61 }, checks),
    };
    const names = ["ap-northeast-1", "ap-southeast-2", "eu-central-1", "us-east-1", "us-west-2"];
    const regions = Object.fromEntries(names.map((name) => [name, region]));
    const full = summarise(
      task,
      { periodStartMs: 0, periodEndMs: 60_000, scheduleMs: 1_000, regions },
      { complete: true, missingRegions: [], rev: 1 },
    );
    const size = itemSize(marshalledItem(full));
    assert.ok(size <= 1_024, `${size} bytes`);
    assert.ok(size > 400, `${size} bytes can't be the whole item`);
  });
});

describe("parseSummaryItem", () => {
  it("gives back what was stored, through the SDK's own marshalling", () => {
    fc.assert(
      fc.property(anySummary(), (any) => {
        const stored = parseSummaryItem(unmarshall(marshalledItem(any)));
        assert.deepEqual(withoutTimes(stored), withoutTimes(any));
        assertMergeable(stored, any);
      }),
    );
  });

  it("derives the overall count, sum and sketch from the regions', in any order of their names", () => {
    const { r, ...rest } = unmarshall(readGoldenItem("item-mergeable"));
    const turned = Object.fromEntries(Object.entries(r).toReversed());
    assert.deepEqual(parseSummaryItem({ ...rest, r: turned }), GOLDEN_SUMMARY);
  });

  it("reads today's item and writes it again, byte for byte", () => {
    const golden = readGoldenItem("item-mergeable");
    assert.deepEqual(parseSummaryItem(unmarshall(golden)), GOLDEN_SUMMARY);
    assert.deepEqual(marshalledItem(GOLDEN_SUMMARY), golden);
  });

  it("writes what yesterday's reader reads: yesterday's item and one attribute", () => {
    const { k, ...plain } = marshalledItem(GOLDEN_SUMMARY);
    assert.deepEqual(plain, readGoldenItem("item-plain"));
  });

  const others = [
    ["item-plain", "yesterday's item"],
    ["item-later", "tomorrow's item, with longer lists and a sketch of an unknown format"],
  ] as const;
  for (const [file, what] of others) {
    it(`reads ${what}, and invents no time`, () => {
      const read = parseSummaryItem(unmarshall(readGoldenItem(file)));
      assert.deepEqual(withoutTimes(read), withoutTimes(GOLDEN_SUMMARY));
      const { "ap-south-1": none, "sa-east-1": one, ...several } = read.regions;
      assert.deepEqual(none, GOLDEN_SUMMARY.regions["ap-south-1"]);
      assert.deepEqual(one, GOLDEN_SUMMARY.regions["sa-east-1"]);
      for (const figures of [read.overall, ...Object.values(several)]) {
        assert.deepEqual({ ...figures, ...UNKNOWN_TIMES }, figures);
      }
    });
  }

  it("keeps which handshakes lost a SYN, and is as before without one", () => {
    const window = windowAt(0, { a: "pr@10", b: "pp@20", c: "r@5" });
    const lossy = summarise(task, window, { complete: true, missingRegions: [], rev: 1 });
    const item = toSummaryItem(lossy);
    assert.deepEqual(item.o.slice(7), [[2, 2_015]]);
    assert.deepEqual(item.r.a?.slice(7), [[1, 1_010]]);
    assert.equal(item.r.b?.length, 7);
    const read = asStored(lossy);
    assert.equal(read.overall.retransmittedCount, 2);
    assert.equal(firstSynAverage(read.overall), toMicrosecondPrecision((10 + 20 + 20) / 3));
  });

  it("stores what is beyond a handshake after all else, with an empty list for what is between", () => {
    const item = toSummaryItem(deepSummary());
    const tail = [[], [2, 30.003, 0, 0, 1, 22], [23, 3, 1], [1_800_000_000_000], ["192.0.2.1"]];
    assert.deepEqual(item.r.a?.slice(7), tail);
    assert.deepEqual(item.o.slice(7), tail);
    assert.equal(item.r.b?.length, 7);
    assert.deepEqual(asStored(deepSummary()), deepSummary());
  });

  it("stores it so that yesterday's reader finds each list where it was", () => {
    fc.assert(
      fc.property(anySummary(), (any) => {
        const { o, r } = toSummaryItem(any);
        const plain = toSummaryItem(withoutDeep(any));
        for (const [list, before] of [
          [o, plain.o],
          ...Object.keys(r).map((n) => [r[n], plain.r[n]]),
        ])
          assert.deepEqual(yesterdaysLists(list), yesterdaysLists(before));
      }),
    );
  });

  it("leaves out what it does not understand of it, and keeps the rest", () => {
    const item = toSummaryItem(deepSummary());
    const later = [{ x: 1 }, [23, 3, 1, 99, 3, 4, 23, 99, 5], "soon", [7, "192.0.2.1"], null, [1]];
    const { deep } = parseSummaryItem({ ...item, o: [...item.o.slice(0, 8), ...later] }).overall;
    assert.equal(deep?.tlsCount, 0);
    assert.deepEqual(deep.otherPhases, { no_answer: { greeting: 1 } });
    assert.equal(deep.certificateUntilMs, null);
    assert.deepEqual(deep.appeared, ["192.0.2.1"]);
    assert.ok(!("deep" in parseSummaryItem({ ...item, o: [...item.o.slice(0, 8), 7] }).overall));
  });

  it("loses the times alone where their bytes are damaged", () => {
    const item = toSummaryItem(GOLDEN_SUMMARY);
    const yesterdays = parseSummaryItem(unmarshall(readGoldenItem("item-plain")));
    const packed = item.k ?? new Uint8Array(0);
    const damaged: readonly unknown[] = [
      "text",
      new Uint8Array(0),
      packed.subarray(0, 1),
      packed.subarray(0, -1),
      Uint8Array.of(...packed, 0),
      Uint8Array.of(0, ...packed.subarray(1)),
      // A level that there is not.
      Uint8Array.of(1, 0b0011_0000),
      // More untimed successes than successes.
      Uint8Array.of(1, 0b1_0001_000, 0b0_1_000000),
      // A sum that is further from the average than rounding brings it.
      Uint8Array.of(1, 0b1_1_000010, 0b10_00000, 0),
    ];
    for (const k of damaged) assert.deepEqual(parseSummaryItem({ ...item, k }), yesterdays);
  });

  it("keeps the rest of the summary whatever the bytes are", () => {
    const item = toSummaryItem(GOLDEN_SUMMARY);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const read = parseSummaryItem({ ...item, k: Uint8Array.of(1, ...bytes) });
        assert.deepEqual(withoutTimes(read), withoutTimes(GOLDEN_SUMMARY));
        const { timedCount, timeSketch, successfulCount } = read.overall;
        if (timedCount === null) return;
        assert.ok(timedCount <= successfulCount);
        if (timeSketch !== null) assert.equal(countOf(timeSketch), timedCount);
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
    {
      change: { o: [1, 0, 1, 0, 0, [1, 1, 1, 1, 1, 1], []] },
      message: "Summary item is damaged: figures",
    },
    { change: { o: [1, 0, 1, 0] }, message: "Summary item is damaged: figures" },
    { change: { o: [1, 0, 1, 0, 0, [], [0, null]] }, message: "Summary item is damaged: figures" },
    { change: { o: [1, 0, 1, 0, "0", [], []] }, message: "Summary item is damaged: figures" },
  ];
  for (const { change, message } of refused) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      assert.throws(() => parseSummaryItem({ ...toSummaryItem(summary), ...change }), { message });
    });
  }
});
