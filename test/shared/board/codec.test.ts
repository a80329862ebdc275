import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import {
  type BoardMinute,
  boardOf,
  packBoard,
  packNames,
  type RegionSight,
  unpackNames,
  unpackRows,
} from "../../../shared/board/board.ts";
import { codeOfTime, timeOfCode } from "../../../shared/board/rounded-time.ts";
import { figuresOf, type Summary } from "../../../shared/summary/summary.ts";

function unpacked(parts: ReturnType<typeof packBoard>): BoardMinute["rows"] {
  return new Map(parts.flatMap((part) => [...unpackRows(part)]));
}

const count = fc.nat({ max: 1_000 });
const time = fc.option(fc.integer({ min: 0, max: 120_000_000 }).map((µs) => µs / 1_000));
const sight = fc.constantFrom<RegionSight>("ok", "some", "failed", "none");
const row = fc.record({
  sampleCount: count,
  failedCount: count,
  missedCount: count,
  avgConnectTimeMs: time,
  p95ConnectTimeMs: time,
  regions: fc.dictionary(fc.constantFrom("eu", "us", "ap"), sight, { noNullPrototype: true }),
});
const name = fc.string({ unit: "grapheme", minLength: 1 });

test("unpackRows gives back what packBoard packed, with times in three digits", () => {
  fc.assert(
    fc.property(fc.dictionary(name, row, { noNullPrototype: true }), (listed) => {
      const rows = new Map(Object.entries(listed));
      const once = unpacked(packBoard({ startMs: 0, rows }, ["of another minute"]));
      const rounded = (timeMs: number | null) =>
        timeMs === null ? null : timeOfCode(codeOfTime(timeMs));
      const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
      const expected = sorted.map(([key, each]) => {
        const { avgConnectTimeMs: avg, p95ConnectTimeMs: p95 } = each;
        const times = { avgConnectTimeMs: rounded(avg), p95ConnectTimeMs: rounded(p95) };
        return [key, { ...each, ...times }];
      });
      assert.deepEqual([...once], expected);
      assert.deepEqual([...unpacked(packBoard({ startMs: 0, rows: once }, []))], expected);
    }),
  );
});

test("timeOfCode is within half a percent, in the order of the times", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), fc.nat(1_000_000), (µs, more) => {
      const [timeMs, later] = [µs / 1_000, (µs + more) / 1_000];
      assert.ok(Math.abs(timeOfCode(codeOfTime(timeMs)) - timeMs) <= timeMs / 200 + 1e-9);
      assert.ok(codeOfTime(later) >= codeOfTime(timeMs));
    }),
  );
  assert.equal(timeOfCode(codeOfTime(12.345)), 12.3);
  assert.equal(timeOfCode(codeOfTime(0.999_6)), 1);
  assert.equal(timeOfCode(codeOfTime(99_960)), 100_000);
});

test("packBoard splits what would not fit an item, and each part fits", () => {
  const [one] = boardOf(0, [aSummary("a")]).rows.values();
  assert.ok(one);
  const names = Array.from({ length: 50_000 }, (_, i) => `${Math.imul(i, 2_654_435_761)} ${i}`);
  const parts = packBoard({ startMs: 0, rows: new Map(names.map((key) => [key, one])) }, []);
  assert.equal(unpacked(parts).size, names.length);
  for (const { names: own, rows } of parts) {
    assert.ok(rows.length + packNames(own).length < 400_000);
    assert.deepEqual(unpackNames(packNames(own)), own);
  }
});

function aSummary(taskName: string, different: Partial<Summary> = {}): Summary {
  const checkOf = (verdict: "passed" | "failed") => ({
    slotAtMs: 0,
    verdict,
    errorKind: verdict === "passed" ? null : ("refused" as const),
    connectTimeMs: verdict === "passed" ? 12.345 : null,
    synRetransmits: 0,
  });
  const figures = (expectedCount: number, ...verdicts: readonly ("passed" | "failed")[]) =>
    figuresOf({ expectedCount }, verdicts.map(checkOf));
  return {
    taskName,
    ...{ host: "192.0.2.1:22", targetId: null, periodStartMs: 0, periodEndMs: 60_000, rev: 1 },
    overall: figures(8, "passed", "passed", "failed", "failed", "failed"),
    regions: {
      all: figures(2, "passed", "passed"),
      none: figures(1, "failed"),
      some: figures(3, "passed", "failed", "failed"),
      idle: figures(0),
      mute: figures(2),
    },
    complete: false,
    missingRegions: ["mute", "unread"],
    ...different,
  };
}

test("boardOf says what each region saw, and leaves out those in which nothing was due", () => {
  const { rows } = boardOf(0, [aSummary("a")]);
  const { regions, ...figures } = rows.get("a") ?? assert.fail();
  assert.deepEqual(figures, {
    ...{ sampleCount: 5, failedCount: 3, missedCount: 3 },
    ...{ avgConnectTimeMs: 12.345, p95ConnectTimeMs: 12.345 },
  });
  const seen = { all: "ok", none: "failed", some: "some", mute: "none", unread: "none" };
  assert.deepEqual(regions, seen);
});
