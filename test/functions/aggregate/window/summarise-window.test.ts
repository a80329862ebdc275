import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import {
  type WindowReading,
  windowFrom,
} from "../../../../functions/aggregate/window/read-window.ts";
import {
  reviseSummary,
  summariesOf,
  summariseWindow,
  writeSummaries,
} from "../../../../functions/aggregate/window/summarise-window.ts";
import {
  asStored,
  figuresOf,
  type JudgedCheck,
  parseSummaryItem,
  type Summary,
} from "../../../../shared/summary/summary.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import {
  crowdedSummary,
  GOLDEN_SUMMARY,
  readGoldenItem,
} from "../../../shared/summary/stored-summary.ts";
import { brokenAt } from "../../plan/broken.ts";
import { minute, NOON, Rig } from "../rig.ts";

describe("reviseSummary", () => {
  it("makes yesterday's summary mergeable, once", () => {
    const stored = parseSummaryItem(unmarshall(readGoldenItem("item-plain")));
    const revision = reviseSummary(stored, GOLDEN_SUMMARY);
    assert.ok(revision);
    assert.deepEqual(revision, { ...GOLDEN_SUMMARY, rev: 2 });
    assert.equal(reviseSummary(asStored(revision), GOLDEN_SUMMARY), null);
  });

  it("replaces the summary of a minute that comes again, by an equal one and by a complete one", () => {
    const { regions, ...rest } = GOLDEN_SUMMARY;
    const [[name, figures] = assert.fail("no region")] = Object.entries(regions);
    const smaller = { ...rest, regions: { [name]: figures } };
    for (const found of [GOLDEN_SUMMARY, { ...smaller, complete: true }]) {
      assert.equal(reviseSummary(GOLDEN_SUMMARY, found), null);
      assert.deepEqual(reviseSummary(GOLDEN_SUMMARY, found, true), { ...found, rev: 2 });
    }
    assert.equal(reviseSummary(GOLDEN_SUMMARY, { ...smaller, complete: false }, true), null);
  });

  for (const free of [0, 20, 35, 50, 119]) {
    it(`changes nothing when ${free} bytes of room made the stored sketch coarser`, () => {
      const found = crowdedSummary(free);
      assert.equal(reviseSummary(asStored(found), found), null);
    });
  }
});

/** A reading of one task in these regions; a region has as many checks as it is given. */
function aReading(
  regions: Readonly<Record<string, { readonly expected: number; readonly made: number }>>,
  different: { readonly task?: Task; readonly unreadable?: readonly string[] } = {},
): WindowReading {
  const { task = aTask("a"), unreadable = [] } = different;
  const readings = Object.entries(regions).map(([name, { expected, made }]) => {
    const checks = Array.from({ length: made }, (_, i) => aCheck(NOON + i));
    const times = { definedAtMs: NOON, waitsUntilMs: null };
    const held = { covered: true, checks, rechecks: [] };
    return [name, { task, ...times, expectedCount: expected, ...held }] as const;
  });
  return {
    window: windowFrom(NOON),
    tasks: new Map([
      [task.name, { task, definedAtMs: NOON, regions: Object.fromEntries(readings) }],
    ]),
    unreadShards: [],
    unreadable: unreadable.map((region) => ({ region, reason: "Error" })),
    chunkCounts: new Map(),
    clocks: new Map(),
    waiting: new Set(),
    waitsUntilMs: null,
    damagedCount: 0,
    notUnderstoodCount: 0,
  };
}

function aCheck(slotAtMs: number): JudgedCheck {
  return { slotAtMs, verdict: "passed", errorKind: null, connectTimeMs: 10, synRetransmits: 0 };
}

function summaryOf(...args: Parameters<typeof aReading>): Summary | undefined {
  const [summary] = summariesOf(summariseWindow(aReading(...args)));
  return summary;
}

describe("summariseWindow", () => {
  const CASES: readonly {
    readonly what: string;
    readonly reading: Parameters<typeof aReading>;
    readonly complete: boolean;
    readonly missing: readonly string[];
  }[] = [
    {
      what: "is complete if every region reported all that was due",
      reading: [{ eu: { expected: 4, made: 4 }, us: { expected: 4, made: 4 } }],
      complete: true,
      missing: [],
    },
    {
      what: "is not complete if a region missed a slot, but does not lack that region",
      reading: [{ eu: { expected: 4, made: 4 }, us: { expected: 4, made: 3 } }],
      complete: false,
      missing: [],
    },
    {
      what: "lacks a region that reported nothing although something was due",
      reading: [{ eu: { expected: 4, made: 4 }, us: { expected: 4, made: 0 } }],
      complete: false,
      missing: ["us"],
    },
    {
      what: "does not lack a region in which nothing was due",
      reading: [{ eu: { expected: 1, made: 1 }, us: { expected: 0, made: 0 } }],
      complete: true,
      missing: [],
    },
    {
      what: "lacks a region that could not be read if the task runs everywhere",
      reading: [{ eu: { expected: 4, made: 4 } }, { unreadable: ["us"] }],
      complete: false,
      missing: ["us"],
    },
    {
      what: "lacks a region that could not be read if the task names it",
      reading: [
        { eu: { expected: 4, made: 4 } },
        { unreadable: ["us"], task: aTask("a", { regions: ["eu", "us"] }) },
      ],
      complete: false,
      missing: ["us"],
    },
    {
      what: "does not lack a region that could not be read if the task does not run there",
      reading: [
        { eu: { expected: 4, made: 4 } },
        { unreadable: ["us"], task: aTask("a", { regions: ["eu"] }) },
      ],
      complete: true,
      missing: [],
    },
  ];
  for (const { what, reading, complete, missing } of CASES) {
    it(`makes a summary that ${what}`, () => {
      const summary = summaryOf(...reading);
      assert.deepEqual([summary?.complete, summary?.missingRegions], [complete, missing]);
      assert.equal(summary?.rev, 1);
      assert.deepEqual([summary.periodStartMs, summary.periodEndMs], [NOON, minute(1)]);
    });
  }

  it("makes no summary of a task of which nothing was due", () => {
    const tasks = summariseWindow(aReading({ eu: { expected: 0, made: 0 } }));
    assert.equal(tasks.get("a")?.summary, null);
    assert.deepEqual(summariesOf(tasks), []);
  });
});

describe("reviseSummary of what knows more or less", () => {
  const both = { eu: { expected: 4, made: 3 }, us: { expected: 4, made: 3 } };
  const LESS: readonly (readonly [string, Parameters<typeof aReading>[0]])[] = [
    ["a region is missing", { eu: { expected: 4, made: 4 } }],
    ["less is due in a region", { ...both, us: { expected: 3, made: 3 } }],
    ["a region reported less", { ...both, us: { expected: 4, made: 2 } }],
    [
      "one region reported more and another less",
      { eu: { expected: 4, made: 4 }, us: { expected: 4, made: 2 } },
    ],
    ["nothing has changed", both],
  ];
  const MORE: readonly (readonly [string, Parameters<typeof aReading>[0]])[] = [
    ["a region reported more", { ...both, us: { expected: 4, made: 4 } }],
    ["more is due", { ...both, us: { expected: 5, made: 3 } }],
    ["a region is new", { ...both, ap: { expected: 4, made: 4 } }],
  ];
  const held = summaryOf(both) ?? assert.fail();
  const stored = asStored({ ...held, rev: 7 });

  for (const [what, regions] of LESS) {
    it(`is null when ${what}`, () => {
      assert.equal(reviseSummary(stored, summaryOf(regions) ?? assert.fail()), null);
    });
  }

  for (const [what, regions] of MORE) {
    it(`is the next revision when ${what}`, () => {
      const found = summaryOf(regions) ?? assert.fail();
      assert.deepEqual(reviseSummary(stored, found), { ...found, rev: 8 });
    });
  }

  it("counts an uncounted attempt as an attempt", () => {
    const found = summaryOf(both) ?? assert.fail();
    const uncounted = {
      ...aCheck(NOON + 2),
      verdict: "uncounted" as const,
      errorKind: "internal" as const,
    };
    const { us } = found.regions;
    assert.ok(us);
    const figures = figuresOf({ expectedCount: 4 }, [aCheck(NOON), aCheck(NOON + 1), uncounted]);
    const revision = reviseSummary(stored, {
      ...found,
      regions: { ...found.regions, us: figures },
    });
    assert.equal(revision?.rev, 8);
  });
});

describe("writeSummaries", () => {
  const less = summaryOf({ eu: { expected: 4, made: 2 } }) ?? assert.fail();
  const more = summaryOf({ eu: { expected: 4, made: 4 } }) ?? assert.fail();

  it("writes and announces all summaries of a new window, without a read", async () => {
    const rig = new Rig();
    const summaries = brokenAt(rig.summaries, "readSummaries", "reviseSummaries");
    await writeSummaries(rig.services({ summaries }), [more], "new");
    assert.deepEqual(rig.announced, [more]);
    assert.deepEqual(rig.summaries.all, [asStored(more)]);
  });

  for (const mark of ["begun", "judged"] as const) {
    it(`writes and announces in a window marked ${mark} what is new or knows more`, async () => {
      const rig = new Rig();
      const other = { ...more, taskName: "b" };
      await rig.summaries.putSummaries([less]);
      await writeSummaries(rig.services(), [more, other], mark);
      assert.deepEqual(
        rig.summaries.all.map(({ taskName, rev }) => [taskName, rev]),
        [
          ["a", 2],
          ["b", 1],
        ],
      );
      assert.deepEqual(rig.announced, [{ ...more, rev: 2 }, other]);
    });

    it(`writes and announces in a window marked ${mark} nothing that knows less`, async () => {
      const rig = new Rig();
      await rig.summaries.putSummaries([more]);
      const summaries = brokenAt(rig.summaries, "putSummaries", "reviseSummaries");
      await writeSummaries(rig.services({ summaries }), [less], mark);
      assert.deepEqual(rig.announced, []);
      assert.deepEqual(rig.summaries.all, [asStored(more)]);
    });
  }

  it("announces no revision that another run has written first", async () => {
    const rig = new Rig();
    await rig.summaries.putSummaries([less]);
    rig.summaries.reviseSummaries = async () => ["lost"];
    await writeSummaries(rig.services(), [more], "judged");
    assert.deepEqual(rig.announced, []);
  });

  it("reads nothing if there is no summary to write", async () => {
    const rig = new Rig();
    const summaries = brokenAt(rig.summaries, "readSummaries");
    await writeSummaries(rig.services({ summaries }), [], "judged");
    assert.deepEqual(rig.summaries.all, []);
  });
});
