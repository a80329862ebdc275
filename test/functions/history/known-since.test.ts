import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { OverviewMemory, readOverview, readUptimes } from "../../../functions/history/history.ts";
import type { BoardRow } from "../../../shared/board/board.ts";
import { INITIAL_HEALTH, INITIAL_STATE, type RegionHealth } from "../../../shared/health/health.ts";
import { summarise } from "../../../shared/summary/summary.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { aTask } from "../../fakes/results.ts";

const ROW: BoardRow = {
  ...{ sampleCount: 4, failedCount: 4, missedCount: 0 },
  ...{ avgConnectTimeMs: null, p95ConnectTimeMs: null, regions: { eu: "failed" } },
};

describe("since when a task is known", () => {
  const NOW_MS = Date.UTC(2026, 0, 10, 12, 30, 40);
  const AT_MS = Date.UTC(2026, 0, 10, 12, 30);
  const failing: RegionHealth = {
    ...{ ...INITIAL_HEALTH, failCount: 9 },
    status: "unhealthy",
    failingSinceMs: AT_MS - 20 * MINUTE_MS - 15_000,
  };

  /** `new` and `shut` came 20 minutes ago, and `shut` never was open. `old` was there before. */
  async function startFleet(): Promise<FakeFleet> {
    const fleet = new FakeFleet(["eu"], NOW_MS);
    const names = ["old", "new", "shut"];
    await fleet.plan(names.map((name) => aTask(name)));
    await fleet.progress.writeProgress({ watermarkMs: AT_MS, openWindows: [] });
    const ok: BoardRow = { ...ROW, failedCount: 0, regions: { eu: "ok" } };
    for (const age of [DAY_MS - 5 * MINUTE_MS, 20 * MINUTE_MS, MINUTE_MS]) {
      const late = [["new", ok] as const, ["shut", ROW] as const];
      const rows = new Map([["old", ROW] as const, ...(age < HOUR_MS ? late : [])]);
      await fleet.boards.putBoard({ startMs: AT_MS - age, rows }, names);
    }
    for (const name of ["old", "shut"])
      await fleet.remember({
        task: { name, host: "h", targetId: null, tags: {} },
        state: { ...INITIAL_STATE, regions: { eu: failing } },
      });
    return fleet;
  }

  it("the time before counts as unknown, and no success is before it", async () => {
    const fleet = await startFleet();
    const memory = new OverviewMemory();
    const unknownMs = DAY_MS - (NOW_MS - AT_MS) - 20 * MINUTE_MS;
    for (const _ of ["first", "again"]) {
      const { tasks } = await readOverview(fleet.sources, NOW_MS, memory);
      const rows = new Map(tasks.map((task) => [task.name, task]));
      assert.equal(rows.get("old")?.lastDay.unknownMs, 0);
      assert.equal(rows.get("new")?.lastDay.unknownMs, unknownMs);
      assert.equal(rows.get("new")?.lastSuccessAtMs, AT_MS - MINUTE_MS);
      assert.equal(rows.get("shut")?.lastSuccessAtMs, null);
      assert.equal(rows.get("old")?.lastSuccessAtMs, failing.failingSinceMs);
    }
  });

  it("is read once, as are bundles and events that are settled", async () => {
    const fleet = await startFleet();
    const memory = new OverviewMemory();
    const asked: number[] = [];
    const { readHistory } = fleet.alerts;
    fleet.alerts.readHistory = (query) => {
      asked.push(query.untilMs - query.sinceMs);
      return readHistory.call(fleet.alerts, query);
    };
    let bundles = 0;
    for (const { plans } of fleet.regions) {
      const { readBundle } = plans;
      plans.readBundle = (hash) => {
        bundles++;
        return readBundle.call(plans, hash);
      };
    }
    await fleet.plan(["old", "new", "shut", "waiting"].map((name) => aTask(name)));
    const read = fleet.boards.readBoards.bind(fleet.boards);
    let boards = 0;
    fleet.boards.readBoards = (interval) => {
      assert.ok(interval.toMs - interval.fromMs >= MINUTE_MS, "no minute begins in less");
      boards++;
      return read(interval);
    };
    await readOverview(fleet.sources, NOW_MS, memory);
    const [first, ofBundles] = [boards, bundles];
    boards = 0;
    await readOverview(fleet.sources, NOW_MS + MINUTE_MS, memory);
    assert.deepEqual(asked, [DAY_MS + 1, HOUR_MS + MINUTE_MS]);
    assert.equal(bundles, ofBundles);
    assert.ok(boards <= 5 && first > 20, `${first}, then ${boards}`);
  });

  it("of more than a day is the first period with it, to a minute", async () => {
    const fleet = await startFleet();
    const task = aTask("new");
    const periodStartMs = AT_MS - 3 * DAY_MS;
    const period = { periodStartMs, periodEndMs: periodStartMs + MINUTE_MS, scheduleMs: 15_000 };
    const how = { complete: true, missingRegions: [], rev: 1 };
    await fleet.summaries.putSummaries([summarise(task, { ...period, regions: {} }, how)]);
    const tasks = [{ name: "new", targetId: null }];
    const queries = [7, 1].map((days) => ({
      ...{ tasks, toMs: NOW_MS, nowMs: NOW_MS },
      fromMs: NOW_MS - days * DAY_MS,
    }));
    const [week, day] = await readUptimes(fleet.sources, queries);
    assert.equal(week?.get("new")?.unknownMs, periodStartMs - (NOW_MS - 7 * DAY_MS));
    assert.equal(day?.get("new")?.unknownMs, 0);
  });
});
