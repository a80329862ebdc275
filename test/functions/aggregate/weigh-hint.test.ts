import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { lookNow } from "../../../functions/aggregate/look.ts";
import type { AggregateServices } from "../../../functions/aggregate/services/services.ts";
import type { StoredChunk } from "../../../functions/ports/chunk-store.ts";
import { advanceHealth, INITIAL_HEALTH, type RegionHealth } from "../../../shared/health/health.ts";
import { DEFAULT_ALERT_POLICY } from "../../../shared/health/rules/rules.ts";
import type { Hint, Turn } from "../../../shared/request/request.ts";
import { judgeResult } from "../../../shared/result/result.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS, startOfMinute } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { hooked, minute, Rig } from "./rig.ts";

const REGIONS = ["eu", "us", "ap", "sa"];
const FAST = aTask("a", { scheduleMs: 5 * SECOND_MS });
const MINUTES = 9;

/** So many regions, from the first on, find a task refused; in seconds after noon. */
interface Outage {
  readonly task: string;
  readonly regionCount: number;
  readonly fromS: number;
  readonly lengthS: number;
}

interface Played {
  /** The events of tasks' states, each with the instant at which it was published. */
  readonly told: readonly (readonly [id: string, atMs: EpochMs])[];
  readonly looks: number;
  readonly hints: number;
  readonly rig: Rig;
}

/** Each region hints what turns when it is stored; home weighs it if it is named. */
async function play(
  tasks: readonly Task[],
  outages: readonly Outage[],
  isNamed: boolean,
  different: Partial<AggregateServices> = {},
): Promise<Played> {
  const rig = new Rig(REGIONS);
  checkLists(rig);
  await rig.plan(tasks);
  await rig.begin();
  rig.world = (task, region, slotAtMs) =>
    outages.some(({ fromS, lengthS, ...of }) => {
      const afterS = (slotAtMs - minute(0)) / SECOND_MS - fromS;
      const isSeen = of.task === task.name && REGIONS.indexOf(region) < of.regionCount;
      return isSeen && afterS >= 0 && afterS < lengthS;
    })
      ? "refused"
      : 10;
  const moments: [EpochMs, () => Promise<unknown>][] = [];
  for (let i = 0; i < MINUTES; i++) {
    moments.push([
      minute(i) + 25_000,
      () => rig.run({ ...different, now: () => minute(i) + 25_000 }),
    ]);
    for (const region of REGIONS) {
      const turnsOf = healthIn(region, tasks);
      for (const chunk of await rig.claim(region, minute(i))) {
        const storedAtMs = minute(i) + 15_000 * chunk.part + 21_000 + 100 * REGIONS.indexOf(region);
        const turns = turnsOf(chunk);
        moments.push([storedAtMs, () => rig.store(region, [chunk])]);
        const hint = { region, shard: 0, atMs: storedAtMs + 50, ...(isNamed && { turns }) };
        if (turns.length > 0) moments.push([hint.atMs, () => look(rig, hint, different)]);
      }
    }
  }
  return playAll(rig, moments);
}

const known = new Map<string, RegionHealth>();

/** What turns in a region by a chunk, as its probe knows it. */
function healthIn(region: string, tasks: readonly Task[]) {
  return ({ results, termFromMs, part }: StoredChunk): Turn[] => {
    if (termFromMs < minute(1) && part === 0) known.clear();
    const turns: Turn[] = [];
    for (const result of results) {
      const task = tasks[result.taskIndex];
      if (task === undefined) continue;
      const key = `${region} ${task.name}`;
      const before = known.get(key) ?? INITIAL_HEALTH;
      const sample = { atMs: result.slotAtMs, verdict: judgeResult(result), isRecheck: false };
      const rule = { policy: DEFAULT_ALERT_POLICY, scheduleMs: task.scheduleMs };
      const after = advanceHealth(before, sample, rule);
      known.set(key, after);
      if (after.status !== before.status) turns.push({ task, isDown: after.status !== "healthy" });
    }
    return turns;
  };
}

async function look(rig: Rig, hint: Hint, different: Partial<AggregateServices> = {}) {
  await lookNow(rig.services({ ...different, now: () => hint.atMs }), hint);
}

/** A list that is whole has each task that a record makes unquiet before the record is stored. */
function checkLists({ states, unquiet, progress }: Rig): void {
  const put = states.putRecord.bind(states);
  states.putRecord = async (record) => {
    const { incident, regions } = record.state;
    const fails = Object.values(regions).some((health) => health.failCount > 0);
    const [list, held] = [await unquiet.readUnquiet(), await progress.readProgress()];
    const isWhole = [list.window?.fromMs, list.window?.toMs].includes(held?.watermarkMs ?? -1);
    if (isWhole && (fails || incident.openedAtMs !== null || record.pending.length > 0))
      assert.ok(list.taskNames?.includes(record.task.name), `${record.task.name} is not listed`);
    return put(record);
  };
}

async function playAll(
  rig: Rig,
  moments: readonly (readonly [EpochMs, () => Promise<unknown>])[],
): Promise<Played> {
  const told: [string, EpochMs][] = [];
  for (const [nowMs, act] of moments.toSorted(([a], [b]) => a - b)) {
    rig.nowMs = startOfMinute(nowMs);
    const before = rig.bus.published.length;
    await act();
    for (const { id, detail } of rig.bus.published.slice(before)) {
      const { task_name: task, advisory } = { ...detail } as Readonly<Record<string, unknown>>;
      if (task !== undefined && advisory === undefined) told.push([id, nowMs]);
    }
  }
  const hints = rig.lines.filter(({ hint }) => hint !== undefined);
  const looks = hints.filter(({ skipped }) => skipped === undefined);
  return { told, looks: looks.length, hints: hints.length, rig };
}

/** Failures that complete a quorum come after all turns: the region that comes up next tells of them. */
const LATE_FAILURES: Outage[] = [
  { task: "b", regionCount: 3, fromS: 174, lengthS: 30 },
  { task: "b", regionCount: 3, fromS: 208, lengthS: 20 },
  { task: "b", regionCount: 3, fromS: 225, lengthS: 43 },
];

/** It goes down again seconds after its incident closed. */
const DOWN_AGAIN: Outage[] = [
  { task: "a", regionCount: 2, fromS: 181, lengthS: 20 },
  { task: "a", regionCount: 2, fromS: 126, lengthS: 47 },
];

test("only looking when a quorum is in reach tells the same, at the same instants, as looking always", async () => {
  const outage = fc.record({
    task: fc.constantFrom<string>("a", "b"),
    regionCount: fc.integer({ min: 1, max: 4 }),
    fromS: fc.integer({ min: 60, max: 240 }),
    lengthS: fc.integer({ min: 20, max: 130 }),
  });
  const aQuorum = fc.constantFrom({}, { quorum: 1 }, { quorum: 2 }, { quorum: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(outage, { minLength: 1, maxLength: 4 }),
      aQuorum,
      async (all, alert) => {
        const tasks = [{ ...FAST, alert }, aTask("b", { scheduleMs: 15 * SECOND_MS })];
        const always = await play(tasks, all, false);
        const weighed = await play(tasks, all, true);
        assert.deepEqual(weighed.told, always.told);
        assert.equal(weighed.hints, always.hints);
      },
    ),
    {
      numRuns: 6,
      examples: [
        [LATE_FAILURES, {}],
        [DOWN_AGAIN, { quorum: 2 }],
      ],
    },
  );
});

/** Whatever may make a look at one task ask for another: parents, members of a target, a storm. */
function relatedTasks(dependsOn: NonNullable<Task["alert"]["dependsOn"]>): Task[] {
  const fast = { scheduleMs: 5 * SECOND_MS };
  return [
    aTask("a", { ...fast, targetId: "pair" }),
    aTask("b", { ...fast, targetId: "pair", alert: { dependsOn, quorum: 2 } }),
    aTask("c", { ...fast, alert: { dependsOn: [{ kind: "task", name: "a" }] } }),
    aTask("d", { scheduleMs: 15 * SECOND_MS, alert: { quorum: 1 } }),
  ];
}

/** The parent is up again, and in no look's samples, when its child goes down. */
const CHILD_AFTER_PARENT: Outage[] = [
  { task: "a", regionCount: 4, fromS: 120, lengthS: 38 },
  { task: "c", regionCount: 4, fromS: 180, lengthS: 100 },
];

test("a look that reads named and unquiet records only tells and stores the same as one that reads all", async () => {
  const outage = fc.record({
    task: fc.constantFrom<string>("a", "b", "c", "d"),
    regionCount: fc.integer({ min: 1, max: 4 }),
    fromS: fc.integer({ min: 60, max: 300 }),
    lengthS: fc.integer({ min: 10, max: 130 }),
  });
  const dependsOn = fc.constantFrom([], [{ kind: "task", name: "d" } as const]);
  const settings = fc.constantFrom(
    {},
    { stormTasks: 2 },
    { minHealthy: 2 },
    { reminderMs: 60_000 },
  );
  let namedReads = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(outage, { minLength: 2, maxLength: 6 }),
      dependsOn,
      settings,
      async (outages, parents, settingDefaults) => {
        const tasks = relatedTasks(parents);
        const all = await play(tasks, outages, true, { settingDefaults, leastRecords: 500 });
        const named = await play(tasks, outages, true, { settingDefaults });
        assert.deepEqual(named.told, all.told);
        assert.deepEqual(named.rig.bus.published, all.rig.bus.published);
        assert.deepEqual(await named.rig.states.readRecords(), await all.rig.states.readRecords());
        namedReads += named.rig.states.reads.filter((read) => read === "named").length;
        assert.ok(!all.rig.states.reads.includes("named"));
      },
    ),
    { numRuns: 3, examples: [[CHILD_AFTER_PARENT, [], {}]] },
  );
  assert.ok(namedReads > 0);
});

test("what one region sees alone costs no look, and what all see two", async () => {
  const alone: Outage = { task: "a", regionCount: 2, fromS: 100, lengthS: 120 };
  const { looks, hints } = await play([FAST], [alone], true);
  assert.deepEqual([looks, hints], [0, 4]);
  const all = await play([FAST], [{ ...alone, regionCount: 4 }], true);
  assert.deepEqual([all.looks, all.hints], [2, 8]);
});

/** A fleet whose last window has chunks of all regions. */
async function heardRig(): Promise<Rig> {
  const rig = new Rig(REGIONS);
  await rig.plan([FAST]);
  await rig.begin();
  await rig.live(3);
  return rig;
}

function hintOf(region: string, names: readonly string[], different: Partial<Task> = {}): Hint {
  const turns = names.map((name) => ({ task: aTask(name, different), isDown: true }));
  return { region, shard: 0, atMs: minute(3), turns };
}

async function isLookedAt(rig: Rig, hint: Hint): Promise<boolean> {
  await look(rig, hint);
  return rig.lines.at(-1)?.skipped === undefined;
}

test("a hint is looked at if home can't be sure that nothing is in reach", async () => {
  const cases: readonly (readonly [string, Hint, (rig: Rig) => unknown, boolean])[] = [
    ["one of four", hintOf("us", ["a"]), nothing, false],
    ["a quorum of one", hintOf("us", ["a"], { alert: { quorum: 1 } }), nothing, true],
    ["a task of one region", hintOf("us", ["a"], { regions: ["us"] }), nothing, true],
    ["port 25, which no region may check", hintOf("us", ["a"], NO_MAIL), nothing, true],
    ["many tasks of one region", hintOf("us", ["a", "b", "c", "d", "e"]), nothing, true],
    ["a hint without names", { region: "us", shard: 0, atMs: minute(3) }, nothing, true],
    ["progress of yesterday", hintOf("us", ["a"]), forgetHeard, true],
    ["only two regions heard", hintOf("us", ["a"]), (rig) => hear(rig, ["us", "eu"]), false],
    ["only one other region heard", hintOf("us", ["a"]), (rig) => hear(rig, ["eu"]), true],
    ["a region in doubt", hintOf("us", ["a"]), doubtRegion, true],
    ["a store that fails", hintOf("us", ["a"]), failOnce, true],
  ];
  for (const [name, hint, prepare, isLooked] of cases) {
    const rig = await heardRig();
    await prepare(rig);
    assert.equal(await isLookedAt(rig, hint), isLooked, name);
  }
});

test("a look at named tasks reads all records if it is not known which of them matter", async () => {
  type Case = readonly [string, Partial<AggregateServices>, (rig: Rig) => unknown, string[]];
  const cases: readonly Case[] = [
    ["all is known", {}, nothing, ["named"]],
    ["few records", { leastRecords: 500 }, nothing, ["all"]],
    ["an earlier version may be at work", { aloneFromMs: minute(9) }, nothing, ["all"]],
    ["an earlier version has moved the watermark", {}, moveWatermark, ["all"]],
    ["a region whose plan is not known", {}, losePlan, ["named", "all"]],
    ["another hint meanwhile", {}, wantOnce, ["named", "all"]],
  ];
  for (const [name, different, prepare, reads] of cases) {
    const rig = new Rig(REGIONS);
    await rig.plan([FAST]);
    await rig.begin();
    for (const at of [0, 1, 2]) {
      rig.nowMs = minute(at);
      await rig.probe();
      await rig.run(different);
    }
    await prepare(rig);
    rig.states.reads.length = 0;
    const hint = hintOf("us", ["a"], { ...FAST, alert: { quorum: 1 } });
    await look(rig, hint, different);
    assert.deepEqual(rig.states.reads, reads, name);
  }
});

async function moveWatermark(rig: Rig): Promise<void> {
  const progress = await rig.progress.readProgress();
  assert.ok(progress !== null && progress.watermarkMs !== null);
  const watermarkMs = progress.watermarkMs + MINUTE_MS;
  await rig.progress.writeProgress({ ...progress, watermarkMs });
}

function losePlan(rig: Rig): void {
  rig.region("ap").plans.readManifest = async () => {
    throw new Error("The table is away");
  };
}

function wantOnce(rig: Rig): void {
  const acquire = rig.lock.acquire.bind(rig.lock);
  rig.lock.acquire = async (...of) => {
    const outcome = await acquire(...of);
    rig.lock.acquire = acquire;
    await rig.lock.want();
    return outcome;
  };
}

const nothing = () => undefined;

const NO_MAIL: Partial<Task> = { target: { hostname: "192.0.2.1", port: 25 } };

async function hear(rig: Rig, heard: readonly string[] | null): Promise<void> {
  const progress = await rig.progress.readProgress();
  assert.ok(progress !== null && progress.watermarkMs !== null);
  const { watermarkMs, openWindows } = progress;
  await rig.progress.writeProgress({ watermarkMs, openWindows, ...(heard && { heard }) });
}

async function forgetHeard(rig: Rig): Promise<void> {
  await hear(rig, null);
}

async function doubtRegion(rig: Rig): Promise<void> {
  const { record } = await rig.fleetRecord.readFleet();
  const doubted = { number: 0, doubtedSinceMs: minute(3), sinceMs: null, lowSinceMs: null };
  const state = { ...record.state, regions: { ap: doubted } };
  await rig.fleetRecord.putFleet({ ...record, version: record.version + 1, state });
}

function failOnce(rig: Rig): void {
  const { readTurns } = rig.hints;
  rig.hints.readTurns = async () => {
    rig.hints.readTurns = readTurns;
    throw new Error("The table is away");
  };
}

test("the fourth of four regions completes a quorum of three that went down earlier or are down still", async () => {
  const rig = await heardRig();
  const hints = REGIONS.map((region) => hintOf(region, ["a"]));
  const looked = [];
  for (const hint of hints) looked.push(await isLookedAt(rig, hint));
  assert.deepEqual(looked, [false, false, true, true]);
  rig.nowMs += 20 * MINUTE_MS;
  const late = { ...hintOf("eu", ["a"]), atMs: rig.nowMs };
  assert.equal(await isLookedAt(rig, late), false);
});

test("a look at named tasks reads their shards only, and judges no other task", async () => {
  const rig = new Rig(REGIONS, 3);
  await rig.plan(Array.from({ length: 12 }, (_, i) => aTask(`t${i}`, { scheduleMs: 5_000 })));
  await rig.begin();
  await rig.live(5);
  rig.world = (task) => (task.name === "t1" || task.name === "t2" ? "refused" : 10);
  await rig.probe();
  const reads: string[] = [];
  const regions = new Map(
    [...rig.regions].map(([name, region]) => {
      const note = () => reads.push(name);
      return [name, { ...region, chunks: hooked(region.chunks, "readChunks", note) }];
    }),
  );
  const turns = [{ task: aTask("t1", { scheduleMs: 5_000, alert: { quorum: 1 } }), isDown: true }];
  const hint = { region: "us", shard: 0, atMs: rig.nowMs + MINUTE_MS, turns };
  await lookNow(rig.services({ now: () => hint.atMs, regions }), hint);
  assert.deepEqual(reads.toSorted(), REGIONS.toSorted());
  assert.deepEqual(rig.events, ["t1: OK to CRITICAL"]);
});
