import { strict as assert } from "node:assert";
import { test } from "node:test";
import { rollUp } from "../../../../functions/aggregate/roll-up/roll-up.ts";
import type { AggregateServices } from "../../../../functions/aggregate/services/services.ts";
import { readRegions } from "../../../../functions/aggregate/window/window.ts";
import { readSeries } from "../../../../functions/history/history.ts";
import type { OpenWindow } from "../../../../functions/ports/progress-store.ts";
import { figuresOf, mergePeriod, type Summary } from "../../../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { replaceSummary } from "../../../fakes/home-stores.ts";
import { aTask } from "../../../fakes/results.ts";
import { type Failure, Fault } from "../../plan/broken.ts";
import { hooked, NOON, Rig } from "../rig.ts";

const NAMES = ["a", "b", "c", "slow"];
const MIDNIGHT = NOON + 12 * HOUR_MS;
const LAST_HOUR = { fromMs: MIDNIGHT - HOUR_MS, toMs: MIDNIGHT };
const FIRST_DAY = { fromMs: MIDNIGHT - DAY_MS, toMs: MIDNIGHT };

function aMinute(taskName: string, periodStartMs: EpochMs, connectTimeMs = 10): Summary {
  const checkIn = (region: number) => ({
    slotAtMs: periodStartMs,
    verdict: "passed" as const,
    errorKind: null,
    connectTimeMs: connectTimeMs + region,
    synRetransmits: 0,
  });
  return {
    ...{ taskName, host: "192.0.2.1:22", targetId: null, rev: 1 },
    ...{ periodStartMs, periodEndMs: periodStartMs + MINUTE_MS },
    overall: figuresOf({ expectedCount: 2 }, [checkIn(0), checkIn(90)]),
    regions: {
      eu: figuresOf({ expectedCount: 1 }, [checkIn(0)]),
      us: figuresOf({ expectedCount: 1 }, [checkIn(90)]),
    },
    ...{ complete: true, missingRegions: [] },
  };
}

/** A fleet with minutes of the last hours of a day and the first of the next. */
async function rigWithMinutes(fromMs: EpochMs, toMs: EpochMs, stepMs = MINUTE_MS): Promise<Rig> {
  const rig = new Rig();
  await rig.plan(NAMES.map((name) => aTask(name)));
  for (let at = fromMs; at < toMs; at += stepMs) {
    const names = NAMES.filter((name) => name !== "slow" || at % (20 * MINUTE_MS) === 0);
    await rig.summaries.putSummaries(names.map((name) => aMinute(name, at, 10 + (at % 7))));
  }
  return rig;
}

interface Step {
  readonly watermarkMs: EpochMs;
  readonly openWindows?: readonly OpenWindow[];
  readonly remembered?: readonly string[];
}

async function roll(rig: Rig, step: Step, different: Partial<AggregateServices> = {}) {
  const services = rig.services(different);
  const { watermarkMs, openWindows = [], remembered = [] } = step;
  return rollUp(services, {
    fleet: await readRegions(rig.services()),
    progress: { watermarkMs, openWindows },
    remembered,
    untilMs: services.now() + 10_000,
  });
}

/** Runs a minute apart, the first at `fromMs`. */
async function rollMinutes(rig: Rig, fromMs: EpochMs, count: number, step: Partial<Step> = {}) {
  for (let i = 0; i < count; i++) await roll(rig, { ...step, watermarkMs: fromMs + i * MINUTE_MS });
}

/** From just before midnight until the day's last hour, and the day, are packed. */
async function rigPastMidnight(): Promise<Rig> {
  const rig = await rigWithMinutes(MIDNIGHT - 2 * HOUR_MS, MIDNIGHT + 10 * MINUTE_MS);
  await roll(rig, { watermarkMs: MIDNIGHT - 2 * HOUR_MS });
  await roll(rig, { watermarkMs: MIDNIGHT + HOUR_MS });
  return rig;
}

test("rollUp packs an hour in the hour after it, as exactly its minutes", async () => {
  const rig = await rigWithMinutes(NOON, NOON + HOUR_MS);
  await roll(rig, { watermarkMs: NOON + 30 * MINUTE_MS });
  await rollMinutes(rig, NOON + HOUR_MS - MINUTE_MS, 1);
  assert.deepEqual(rig.periods.all.hours, []);
  const counts: number[] = [];
  for (let i = 0; i < 60; i++) {
    await rollMinutes(rig, NOON + HOUR_MS + i * MINUTE_MS, 1);
    counts.push(rig.periods.all.hours.length);
  }
  assert.equal(counts.at(-1), NAMES.length);
  for (const name of NAMES) {
    const [hour] = await rig.periods.readHours(name, { fromMs: NOON, toMs: NOON + 1 });
    assert.deepEqual(hour?.minutes, (await rig.summaries.readHourOf([name], NOON)).get(name));
  }
});

test("rollUp packs the hours of tasks that are planned no more", async () => {
  const rig = await rigWithMinutes(NOON, NOON + HOUR_MS);
  rig.nowMs = NOON;
  await rig.probe();
  await rig.plan([aTask("c")]);
  await rig.summaries.putSummaries([aMinute("gone", NOON)]);
  await roll(rig, { watermarkMs: NOON });
  await roll(rig, { watermarkMs: NOON + 2 * HOUR_MS, remembered: ["gone"] });
  const packed = rig.periods.all.hours.map(([, { taskName }]) => taskName);
  assert.deepEqual(packed, ["a", "b", "c", "gone", "slow"]);
});

test("rollUp packs a day of its hours, and twice the same", async () => {
  const rig = await rigPastMidnight();
  for (const name of NAMES) {
    const [day] = await rig.periods.readDays(name, FIRST_DAY, "days");
    const hours = await rig.periods.readDays(name, FIRST_DAY, "hours");
    assert.equal(hours.length, 2);
    assert.equal(day?.overall.sampleCount, name === "slow" ? 2 * 6 : 2 * 120);
    assert.equal(day?.rev, name === "slow" ? 6 : 120);
  }
  const before = rig.periods.all;
  await rig.rollUp.writeRollUp({
    current: { hourMs: MIDNIGHT - 2 * HOUR_MS, slice: 0, open: "" },
    unsettled: [],
  });
  await roll(rig, { watermarkMs: MIDNIGHT + HOUR_MS });
  assert.deepEqual(rig.periods.all, before);
});

test("rollUp packs an hour and its day again when an open window of it is settled", async () => {
  const rig = await rigWithMinutes(MIDNIGHT - 2 * HOUR_MS, MIDNIGHT);
  const startMs = MIDNIGHT - 30 * MINUTE_MS;
  const open = (count: number) => [{ startMs, regions: { us: count } }];
  await roll(rig, { watermarkMs: MIDNIGHT - 2 * HOUR_MS });
  await roll(rig, { watermarkMs: MIDNIGHT + 2 * HOUR_MS, openWindows: open(0) });
  const revise = async (rev: number) => {
    const revised = { ...aMinute("a", startMs, 500 * rev), rev };
    assert.equal(await replaceSummary(rig.summaries, revised, rev - 1), "stored");
  };
  const seen = async () => {
    const [hour] = await rig.periods.readHours("a", LAST_HOUR);
    const [day] = await rig.periods.readDays("a", FIRST_DAY, "days");
    const [minute] = hour?.minutes.filter(({ periodStartMs: at }) => at === startMs) ?? [];
    return [minute?.rev, day?.overall.maxConnectTimeMs];
  };
  await revise(2);
  await rollMinutes(rig, MIDNIGHT + 2 * HOUR_MS, 2, { openWindows: open(0) });
  assert.equal((await seen())[0], 1, "nothing says that it changed");
  await rollMinutes(rig, MIDNIGHT + 2 * HOUR_MS, 10, { openWindows: open(3) });
  assert.deepEqual(await seen(), [2, 1_090]);
  await revise(3);
  await rollMinutes(rig, MIDNIGHT + 2 * HOUR_MS, 10);
  assert.deepEqual(await seen(), [3, 1_590]);
  await rollMinutes(rig, MIDNIGHT + 2 * HOUR_MS, 1);
  assert.deepEqual((await rig.rollUp.readRollUp())?.unsettled, []);
});

test("rollUp packs the same whichever of its calls fails", async () => {
  const prepared = async () => {
    const rig = await rigWithMinutes(MIDNIGHT - HOUR_MS, MIDNIGHT, 20 * MINUTE_MS);
    await roll(rig, { watermarkMs: MIDNIGHT - HOUR_MS });
    return rig;
  };
  const at = { watermarkMs: MIDNIGHT + 2 * HOUR_MS };
  const runWith = ({ summaries, periods, rollUp: progress, ...rig }: Rig, fault: Fault) => ({
    ...rig,
    summaries: fault.guard(summaries),
    periods: fault.guard(periods),
    rollUp: fault.guard(progress),
  });
  const undisturbed = await prepared();
  const counter = new Fault(Number.POSITIVE_INFINITY, "before", true);
  await roll(undisturbed, at, runWith(undisturbed, counter));
  assert.equal(undisturbed.periods.all.days.length, NAMES.length);
  for (let call = 0; call < counter.calls; call++) {
    for (const failure of ["before", "after"] satisfies Failure[]) {
      const rig = await prepared();
      await assert.rejects(roll(rig, at, runWith(rig, new Fault(call, failure, true))));
      await roll(rig, at);
      assert.deepEqual(rig.periods.all, undisturbed.periods.all, `call ${call}, ${failure}`);
    }
  }
});

test("rollUp goes on where its time ended", async () => {
  const rig = await rigPastMidnight();
  await roll(rig, { watermarkMs: MIDNIGHT + 2 * HOUR_MS });
  const whole = rig.periods.all;
  const slow = await rigWithMinutes(MIDNIGHT - 2 * HOUR_MS, MIDNIGHT + 10 * MINUTE_MS);
  await roll(slow, { watermarkMs: MIDNIGHT - 2 * HOUR_MS });
  let nowMs = 0;
  for (let i = 0; i < 20; i++) {
    await roll(slow, { watermarkMs: MIDNIGHT + 2 * HOUR_MS }, { now: () => (nowMs += 2_000) });
    if (i === 0) assert.ok(slow.periods.all.hours.length < whole.hours.length);
  }
  assert.deepEqual(slow.periods.all, whole);
});

test("rollUp packs hours again that come again, and leaves out what is long gone", async () => {
  const rig = await rigPastMidnight();
  await roll(rig, { watermarkMs: MIDNIGHT - 90 * MINUTE_MS });
  assert.equal((await rig.rollUp.readRollUp())?.current.hourMs, MIDNIGHT - 2 * HOUR_MS);
  const revised = { ...aMinute("a", MIDNIGHT - HOUR_MS, 700), rev: 2 };
  await replaceSummary(rig.summaries, revised, 1);
  await roll(rig, { watermarkMs: MIDNIGHT + HOUR_MS });
  const [hour] = await rig.periods.readHours("a", LAST_HOUR);
  assert.equal(hour?.minutes[0]?.rev, 2);
  await roll(rig, { watermarkMs: MIDNIGHT + 400 * DAY_MS }, { minuteMs: HOUR_MS });
  const { current } = (await rig.rollUp.readRollUp()) ?? {};
  assert.ok((current?.hourMs ?? 0) >= MIDNIGHT + 399 * DAY_MS);
});

test("rollUp tells of a task whose hour can't be stored, and packs the others", async () => {
  const rig = await rigWithMinutes(NOON, NOON + HOUR_MS);
  await roll(rig, { watermarkMs: NOON });
  const { periods } = rig;
  const refusing = {
    ...{ putDay: periods.putDay, readHours: periods.readHours, readDays: periods.readDays },
    putHour: async (hour: Parameters<typeof periods.putHour>[0]) =>
      hour.taskName === "b" ? ("refused" as const) : periods.putHour(hour),
  };
  const { faults } = await roll(rig, { watermarkMs: NOON + 3 * HOUR_MS }, { periods: refusing });
  assert.deepEqual(faults, [`Task "b": its hour can't be stored (2026-01-05T12:00:00.000Z)`]);
  assert.equal(periods.all.hours.length, NAMES.length - 1);
});

test("rollUp leaves what a busy table refuses to the next run", async () => {
  const rig = await rigWithMinutes(NOON, NOON + HOUR_MS);
  await roll(rig, { watermarkMs: NOON });
  let calls = 0;
  const periods = hooked(rig.periods, "putHour", () => {
    if (++calls > 2) throw Object.assign(new Error("no room"), { name: "ThrottlingException" });
  });
  const { faults } = await roll(rig, { watermarkMs: NOON + 3 * HOUR_MS }, { periods });
  assert.deepEqual(faults, [
    "Hours of 2026-01-05T12:00:00.000Z wait: a table takes no more for now",
  ]);
  assert.ok(rig.periods.all.hours.length < NAMES.length);
  assert.equal((await rig.rollUp.readRollUp())?.current.hourMs, NOON);
  await roll(rig, { watermarkMs: NOON + 3 * HOUR_MS });
  assert.equal(rig.periods.all.hours.length, NAMES.length);
});

test("readSeries gives days of what is packed, and the last one of what there is", async () => {
  const rig = await rigPastMidnight();
  const toMs = MIDNIGHT + HOUR_MS;
  const query = { taskName: "a", fromMs: MIDNIGHT - DAY_MS, toMs };
  const minutes = await readSeries(rig, { ...query, stepMs: MINUTE_MS });
  assert.equal(minutes.length, 130);
  for (const [stepMs, count] of [
    [HOUR_MS, 3],
    [DAY_MS, 2],
  ] as const) {
    const periods = await readSeries(rig, { ...query, stepMs });
    assert.equal(periods.length, count);
    for (const period of periods) {
      const own = minutes.filter(
        ({ periodStartMs: at }) => at >= period.periodStartMs && at < period.periodEndMs,
      );
      const whole = mergePeriod(period, own);
      assert.deepEqual(period.regions.us, whole.regions.us);
      assert.equal(period.overall.sampleCount, whole.overall.sampleCount);
      assert.equal(period.rev, own.length);
    }
  }
  const hours = await readSeries(rig, {
    ...query,
    fromMs: MIDNIGHT - 61 * MINUTE_MS,
    stepMs: HOUR_MS,
  });
  assert.equal(hours[0]?.periodStartMs, MIDNIGHT - HOUR_MS);
});
