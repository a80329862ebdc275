import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { type RegionsView, readRegions } from "../../../functions/history/history.ts";
import { INITIAL_FLEET } from "../../../shared/fleet-health/fleet-health.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "../../../shared/health/health.ts";
import { figuresOf, type JudgedCheck, summarise } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { aResult, aTask, QUIET_NOTES } from "../../fakes/results.ts";

const NOW_MS = Date.UTC(2026, 0, 10, 12, 30, 40);
const JUDGED_TO_MS = Date.UTC(2026, 0, 10, 12, 30);
const [EU, US, AP, SA] = ["eu-west-1", "us-east-1", "ap-south-1", "sa-east-1"] as const;

function checks(passed: number, failed: number, synRetransmits = 0): JudgedCheck[] {
  return Array.from({ length: passed + failed }, (_, i) => {
    const isPassed = i < passed;
    return {
      slotAtMs: i,
      verdict: isPassed ? "passed" : "failed",
      errorKind: isPassed ? null : "timeout",
      connectTimeMs: isPassed ? 10 : null,
      synRetransmits: isPassed ? synRetransmits : 0,
    };
  });
}

/** A judged minute of a task: of four checks that were due in each region. */
async function summariseMinute(
  fleet: FakeFleet,
  { task, age }: { readonly task: Task; readonly age: number },
  regions: Readonly<Record<string, JudgedCheck[]>>,
): Promise<void> {
  const periodStartMs = JUDGED_TO_MS - age * MINUTE_MS;
  const windows = Object.entries(regions).map(([name, own]) => [
    name,
    {
      covered: true,
      checks: own,
      rechecks: [],
      figures: figuresOf({ expectedCount: 4 }, own),
    },
  ]);
  const period = { periodStartMs, periodEndMs: periodStartMs + MINUTE_MS, scheduleMs: 15_000 };
  const window = { ...period, regions: Object.fromEntries(windows) };
  const summary = summarise(task, window, { complete: true, missingRegions: [], rev: 1 });
  await fleet.summaries.putSummaries([summary]);
}

/** Four regions: one is well, one is sick, one stands still and can't be read, one never began. */
async function startFleet(): Promise<FakeFleet> {
  const fleet = new FakeFleet([EU, US, AP, SA], NOW_MS);
  const [web, db] = [aTask("web", { targetId: "shop" }), aTask("db")];
  await fleet.plan([web, db]);
  await fleet.progress.writeProgress({ watermarkMs: JUDGED_TO_MS, openWindows: [] });
  const termFromMs = NOW_MS - 50 * SECOND_MS;
  const run = { fromMs: termFromMs, bundle: "0123456789abcdef", staggerPermille: 0 };
  for (const { region, leases, chunks } of fleet.regions) {
    if (region === SA) continue;
    const fromMs = region === AP ? termFromMs - 10 * MINUTE_MS : termFromMs;
    const toMs = fromMs + MINUTE_MS;
    await leases.moveLease(0, null, { claimedToMs: toMs, runs: [{ ...run, fromMs, toMs }] });
    if (region === AP) continue;
    for (const [part, stallCount] of [2, region === US ? 7 : 0].entries()) {
      const reading = {
        askedCount: 4,
        answeredCount: 4,
        figures: { offsetMs: part + 0.5, stabilityMs: 0, jitterMs: 0, roundTripMs: 1 },
      };
      await chunks.putChunk({
        ...{ bundle: run.bundle, termFromMs: fromMs, shard: 0, part },
        notes: { ...QUIET_NOTES, stallCount, ...(region === US && { clock: reading }) },
        results: [aResult({ slotAtMs: fromMs + part * 15 * SECOND_MS })],
      });
    }
  }
  fleet.lose(AP, new Error("no way"));
  await summariseMinute(fleet, { task: web, age: 2 }, { [EU]: checks(4, 0), [US]: checks(1, 2) });
  await summariseMinute(
    fleet,
    { task: web, age: 1 },
    { [EU]: checks(4, 0, 1), [US]: checks(0, 4) },
  );
  await summariseMinute(fleet, { task: db, age: 1 }, { [US]: checks(1, 0) });
  await summariseMinute(fleet, { task: db, age: 3 }, { [US]: checks(0, 4) });
  const failing = { ...INITIAL_HEALTH, failCount: 2 };
  await fleet.remember({
    task: { name: "web", host: web.host, targetId: "shop", tags: {} },
    state: { ...INITIAL_STATE, regions: { [US]: failing } },
  });
  const impairment = { number: 1, doubtedSinceMs: null, sinceMs: NOW_MS - 1, lowSinceMs: null };
  const state = { ...INITIAL_FLEET, regions: { [US]: impairment } };
  await fleet.fleetRecord.putFleet({ version: 1, state, pending: [], unrecorded: [] });
  return fleet;
}

describe("readRegions", () => {
  let view: RegionsView;
  before(async () => {
    view = await readRegions((await startFleet()).sources, { nowMs: NOW_MS, minuteCount: 2 });
  });

  test("tells of a region that is well what its tables and the judged minutes have", () => {
    assert.equal(view.judgedToMs, JUDGED_TO_MS);
    assert.deepEqual(view.regions[0], {
      name: EU,
      shards: 1,
      taskCount: 2,
      lastReportAtMs: NOW_MS - 35 * SECOND_MS + 2,
      lagMs: 0,
      missedCount: 0,
      expectedCount: 8,
      stallCount: 2,
      clockOffsetMs: null,
      failingShare: 0,
      impairedSinceMs: null,
      planAgeMs: 0,
      unread: null,
    });
  });

  test("tells a sick region by its own figures", () => {
    const { missedCount, expectedCount, stallCount, clockOffsetMs, failingShare, impairedSinceMs } =
      view.regions[1] ?? assert.fail();
    assert.deepEqual([missedCount, expectedCount, stallCount], [4, 12, 9]);
    assert.deepEqual([clockOffsetMs, failingShare, impairedSinceMs], [1.5, 0.5, NOW_MS - 1]);
  });

  test("names the cause of a region that can't be read, and knows nothing of it", () => {
    const { unread, taskCount, lagMs, stallCount, missedCount, failingShare } =
      view.regions[2] ?? assert.fail();
    assert.deepEqual(unread, { cause: new Error("no way") });
    assert.deepEqual(
      [taskCount, lagMs, stallCount, missedCount, failingShare],
      [0, null, null, null, null],
    );
  });

  test("says nothing of a region that never began", () => {
    const { unread, taskCount, lastReportAtMs, lagMs, stallCount } =
      view.regions[3] ?? assert.fail();
    assert.deepEqual(
      [unread, taskCount, lastReportAtMs, lagMs, stallCount],
      [null, 2, null, null, null],
    );
  });

  test("has how each task looks from each region in its matrix", () => {
    const cell = { sampleCount: 8, failedPercent: 0, avgConnectTimeMs: 10, lossPercent: 50 };
    assert.deepEqual(
      view.matrix.map(({ taskName, targetId }) => [taskName, targetId]),
      [
        ["db", null],
        ["web", "shop"],
      ],
    );
    assert.deepEqual(view.matrix[0]?.cells, {
      [US]: { sampleCount: 1, failedPercent: 0, avgConnectTimeMs: 10, lossPercent: 0 },
    });
    const { [EU]: near, [US]: far } = view.matrix[1]?.cells ?? {};
    assert.deepEqual(near, cell);
    assert.deepEqual([far?.sampleCount, Math.round(far?.failedPercent ?? 0)], [7, 86]);
  });

  test("says how far a shard that stands still is behind, and gives no figure before the first judgement", async () => {
    const fleet = new FakeFleet([EU], NOW_MS);
    await fleet.plan([aTask("web")]);
    const toMs = NOW_MS - 5 * MINUTE_MS;
    const run = { fromMs: toMs - MINUTE_MS, toMs, bundle: "0123456789abcdef", staggerPermille: 0 };
    const [source] = fleet.regions;
    await source?.leases.moveLease(0, null, { claimedToMs: toMs, runs: [run] });
    const { regions, ...rest } = await readRegions(fleet.sources, {
      nowMs: NOW_MS,
      minuteCount: 5,
    });
    assert.deepEqual([regions[0]?.lagMs, regions[0]?.stallCount], [5 * MINUTE_MS, null]);
    assert.deepEqual(rest, { judgedToMs: null, matrix: [] });
  });
});
