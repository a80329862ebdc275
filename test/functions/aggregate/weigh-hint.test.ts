import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { lookNow } from "../../../functions/aggregate/look.ts";
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
  readonly task: "a" | "b";
  readonly regionCount: number;
  readonly fromS: number;
  readonly lengthS: number;
}

interface Played {
  /** The events of tasks' states, each with the instant at which it was published. */
  readonly told: readonly (readonly [id: string, atMs: EpochMs])[];
  readonly looks: number;
  readonly hints: number;
}

/** Each region hints what turns when it is stored; home weighs it if it is named. */
async function play(
  tasks: readonly Task[],
  outages: readonly Outage[],
  isNamed: boolean,
): Promise<Played> {
  const rig = new Rig(REGIONS);
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
    moments.push([minute(i) + 25_000, () => rig.run({ now: () => minute(i) + 25_000 })]);
    for (const region of REGIONS) {
      const turnsOf = healthIn(region, tasks);
      for (const chunk of await rig.claim(region, minute(i))) {
        const storedAtMs = minute(i) + 15_000 * chunk.part + 21_000 + 100 * REGIONS.indexOf(region);
        const turns = turnsOf(chunk);
        moments.push([storedAtMs, () => rig.store(region, [chunk])]);
        const hint = { region, shard: 0, atMs: storedAtMs + 50, ...(isNamed && { turns }) };
        if (turns.length > 0) moments.push([hint.atMs, () => look(rig, hint)]);
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

async function look(rig: Rig, hint: Hint): Promise<void> {
  await lookNow(rig.services({ now: () => hint.atMs }), hint);
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
  return { told, looks: looks.length, hints: hints.length };
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
    task: fc.constantFrom("a", "b"),
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
