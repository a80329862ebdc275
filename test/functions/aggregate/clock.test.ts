import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { AHEAD_TOLERANCE_MS } from "../../../shared/slot/slot.ts";
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS, toIso } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { ALL_FINE, minute, NOON, Rig, type World } from "./rig.ts";

/** Not a whole minute, so that the terms of both times begin in different seconds. */
const ODD_MS = 57 * SECOND_MS;
const BACK_MS = HOUR_MS + ODD_MS;

const FAST = aTask("fast");
const SLOW = aTask("slow", { scheduleMs: MINUTE_MS });
const TASKS = [FAST, SLOW];

const REFUSED: World = () => "refused";

async function aFleet(minutes: number): Promise<Rig> {
  const rig = new Rig();
  await rig.begin();
  await rig.plan(TASKS);
  await rig.live(minutes);
  return rig;
}

function clockNotes(rig: Rig): unknown[] {
  return rig.lines.flatMap(({ clock }) => clock ?? []);
}

/** The windows from `fromMs` on, each with what its summary of `task` counts. */
function countsFrom(rig: Rig, task: string, fromMs: EpochMs) {
  return rig.summaries.all
    .filter(({ taskName, periodStartMs }) => taskName === task && periodStartMs >= fromMs)
    .map(({ periodStartMs, overall }) => [
      periodStartMs,
      overall.expectedCount,
      overall.sampleCount,
      overall.missedCount,
    ]);
}

describe("a clock set back by an hour", () => {
  it("is taken back at once, and its minutes are summarised again, nothing twice", async () => {
    const rig = await aFleet(70);
    const before = rig.summaries.all.length;
    rig.nowMs -= BACK_MS;
    const announced = rig.announced.length;
    const fromMs = rig.nowMs - (rig.nowMs % MINUTE_MS) + MINUTE_MS;
    await rig.live(4);
    assert.deepEqual(clockNotes(rig), [
      `The summaries are up to ${toIso(minute(69))}, ahead of this clock: they go on from ${toIso(fromMs)}`,
    ]);
    const again = rig.announced.slice(announced);
    assert.deepEqual(
      again.map(({ taskName, periodStartMs, rev }) => [taskName, periodStartMs, rev]),
      [fromMs, fromMs + MINUTE_MS].flatMap((at) => [
        ["fast", at, 2],
        ["slow", at, 2],
      ]),
    );
    assert.equal(rig.summaries.all.length, before);
    for (const task of TASKS) {
      const perWindow = 2 * (MINUTE_MS / task.scheduleMs);
      for (const [, ...counts] of countsFrom(rig, task.name, fromMs)) {
        assert.deepEqual(counts, [perWindow, perWindow, 0]);
      }
    }
  });

  it("raises an alert for what fails now, although that time was judged before", async () => {
    const rig = await aFleet(10);
    rig.world = REFUSED;
    await rig.live(5);
    rig.world = ALL_FINE;
    await rig.live(10);
    const first = rig.events.toSorted();
    assert.equal(first.length, 4);
    rig.nowMs -= 20 * MINUTE_MS + ODD_MS;
    rig.world = REFUSED;
    await rig.live(8);
    rig.world = ALL_FINE;
    // It opened again soon after its close, so it is held open for ten minutes more.
    await rig.live(18);
    assert.deepEqual(rig.events.slice(first.length).sort(), first);
  });

  it("dates an outage that goes on from where time goes on, so that it ends in time", async () => {
    const rig = await aFleet(10);
    rig.world = REFUSED;
    await rig.live(60);
    rig.nowMs -= BACK_MS;
    await rig.live(3);
    const { records } = await rig.states.readRecords();
    assert.equal(records.length, 2);
    for (const { state } of records) {
      assert.equal(state.status, "CRITICAL");
      assert.ok(state.sinceMs <= rig.nowMs);
      for (const { failingSinceMs } of Object.values(state.regions)) {
        assert.ok(failingSinceMs !== null && failingSinceMs <= rig.nowMs);
      }
    }
  });

  it("says so once, and is not waited for when the old time is reached again", async () => {
    const rig = await aFleet(70);
    rig.nowMs -= BACK_MS;
    await rig.live(75);
    assert.equal(clockNotes(rig).length, 1);
    assert.deepEqual(rig.events, []);
    const counts = countsFrom(rig, "fast", minute(60));
    assert.ok(counts.length > 20);
    for (const [at, ...own] of counts) assert.deepEqual(own, [8, 8, 0], toIso(Number(at)));
  });
});

describe("a restart on data of a time ahead", () => {
  const AHEAD_MS = [4 * MINUTE_MS, HOUR_MS, 3_650 * 24 * HOUR_MS];
  for (const aheadMs of AHEAD_MS) {
    it(`summarises and judges from the next whole minute on, ${aheadMs / MINUTE_MS} min behind`, async () => {
      const rig = await aFleet(5);
      rig.nowMs -= aheadMs + ODD_MS;
      rig.world = REFUSED;
      await rig.live(4);
      assert.equal(clockNotes(rig).length, 1);
      assert.deepEqual(rig.events, ["fast: OK to CRITICAL"]);
      // Four checks in a row, which this world's probes make once a minute.
      await rig.live(4);
      assert.equal(clockNotes(rig).length, 1);
      assert.deepEqual(rig.events, ["fast: OK to CRITICAL", "slow: OK to CRITICAL"]);
    });
  }

  it("goes on with other tasks and other regions than those of that time", async () => {
    const rig = await aFleet(70);
    rig.nowMs -= BACK_MS;
    await rig.plan([aTask("fast", { scheduleMs: 30 * SECOND_MS })]);
    const announced = rig.announced.length;
    await rig.live(4);
    const again = rig.announced
      .slice(announced)
      .map(({ taskName, overall }) => [taskName, overall.expectedCount]);
    assert.deepEqual(again, [
      ["fast", 4],
      ["fast", 4],
    ]);
  });

  it("acquires a lock that was acquired in that time", async () => {
    const rig = await aFleet(1);
    await rig.lock.acquire("ahead", minute(60), minute(61));
    await rig.live(1);
    assert.equal(rig.lines.at(-1)?.skipped, undefined);
  });
});

describe("one machine whose clock is wrong", () => {
  const jump = (rig: Rig, byMs: number) => ({ now: () => rig.nowMs + byMs });

  it("an aggregator an hour ahead: the next run takes its windows back, and no event is raised", async () => {
    const rig = await aFleet(10);
    await rig.probe();
    await rig.run(jump(rig, HOUR_MS));
    assert.ok((await rig.progress.readProgress())?.watermarkMs === minute(69));
    rig.nowMs += MINUTE_MS;
    await rig.live(65);
    assert.equal(clockNotes(rig).length, 1);
    assert.deepEqual(rig.events, []);
    for (const [at, ...counts] of countsFrom(rig, "fast", minute(11)).slice(0, 60)) {
      assert.deepEqual(counts, [8, 8, 0], toIso(Number(at)));
    }
  });

  it("an aggregator an hour behind: it does nothing, and says so", async () => {
    const rig = await aFleet(10);
    await rig.probe();
    const before = await rig.progress.readProgress();
    await rig.run(jump(rig, -HOUR_MS));
    assert.deepEqual(await rig.progress.readProgress(), before);
    assert.deepEqual(clockNotes(rig), [
      `The summaries are up to ${toIso(minute(9))}, ahead of this clock, which is behind those of the regions`,
    ]);
    rig.nowMs += MINUTE_MS;
    await rig.live(5);
    assert.deepEqual(rig.events, []);
    assert.equal(clockNotes(rig).length, 1);
  });

  it("a probe an hour ahead: its results count in no window, and the watermark stays", async () => {
    const rig = await aFleet(10);
    await rig.store("eu", await rig.claim("eu", rig.nowMs + HOUR_MS + ODD_MS));
    await rig.probe(["us"]);
    await rig.run();
    assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(10));
    rig.nowMs += MINUTE_MS;
    await rig.live(70);
    assert.deepEqual(rig.events, []);
    assert.deepEqual(
      countsFrom(rig, "fast", minute(10)).filter(([, , samples]) => samples !== 8),
      [[minute(10), 8, 4, 4]],
    );
    for (const [at, expected] of countsFrom(rig, "slow", minute(10))) {
      assert.equal(expected, 2, toIso(Number(at)));
    }
  });
});

describe("a clock set forward", () => {
  const FORWARD = [10 * SECOND_MS, 3 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS, 3_650 * 24 * HOUR_MS];
  for (const byMs of FORWARD) {
    it(`by ${byMs / MINUTE_MS} min leaves a hole, raises nothing and is caught up with at once`, async () => {
      const rig = await aFleet(10);
      rig.nowMs += byMs;
      await rig.plan(TASKS);
      const windows = () => rig.metrics.Windows ?? 0;
      await rig.probe();
      await rig.run();
      assert.ok(windows() <= 13, `${windows()} windows in one run`);
      rig.nowMs += MINUTE_MS;
      await rig.live(5);
      assert.equal(windows(), 1);
      assert.deepEqual(rig.events, []);
      assert.deepEqual(clockNotes(rig), []);
      const last = rig.summaryOf("fast", rig.nowMs - (rig.nowMs % MINUTE_MS) - 2 * MINUTE_MS);
      assert.equal(last?.overall.sampleCount, 8);
    });
  }
});

describe("a clock set back by less than the tolerance", () => {
  for (const byMs of [2 * SECOND_MS, 40 * SECOND_MS, AHEAD_TOLERANCE_MS - MINUTE_MS]) {
    it(`by ${byMs / SECOND_MS} s: no slot counts twice, and nothing is taken back`, async () => {
      const rig = await aFleet(10);
      rig.nowMs -= byMs;
      await rig.live(6);
      assert.deepEqual(clockNotes(rig), []);
      assert.deepEqual(rig.events, []);
      for (const [at, expected, samples] of countsFrom(rig, "fast", NOON)) {
        assert.equal(expected, 8, toIso(Number(at)));
        assert.ok(Number(samples) <= 8);
      }
    });
  }
});
