import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import type { StoredChunk } from "../../../functions/ports/chunk-store.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { type Ending, minute, NOON, Rig } from "./rig.ts";

const MINUTES = 4;
const REGIONS = ["eu", "us"];

/** What a region does in a minute: whether it probes, and how many minutes late each chunk comes. */
interface Shift {
  readonly probes: boolean;
  readonly lateness: readonly number[];
}

interface Plot {
  readonly shifts: readonly Shift[];
  readonly endings: readonly Ending[];
  readonly shards: number;
}

const lateness = fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 });
const shifts = fc.array(fc.record({ probes: fc.boolean(), lateness }), {
  minLength: MINUTES * REGIONS.length,
  maxLength: MINUTES * REGIONS.length,
});
const ending = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 900 }) },
  fc.constantFrom<Ending>("refused", "timeout", "internal", null),
);
const plots: fc.Arbitrary<Plot> = fc.record({
  shifts,
  endings: fc.array(ending, { minLength: 1, maxLength: 7 }),
  shards: fc.integer({ min: 1, max: 2 }),
});

const TASKS = [7, 15, 60, 90].map((seconds) =>
  aTask(`every ${seconds}`, { scheduleMs: seconds * 1_000 }),
);

interface Played {
  readonly rig: Rig;
  /** By task, region and window: checks that were made. */
  readonly made: ReadonlyMap<string, number>;
}

/** Plays the plot: chunks come as late as it says, or all in time. */
async function play(plot: Plot, isPunctual: boolean): Promise<Played> {
  const rig = new Rig(REGIONS, plot.shards);
  const made = new Map<string, number>();
  rig.world = (task, region, at) => {
    const ends = plot.endings[Math.floor(at / 1_000) % plot.endings.length] ?? null;
    const key = `${task.name} ${region} ${at - (at % MINUTE_MS)}`;
    if (ends !== null) made.set(key, (made.get(key) ?? 0) + 1);
    return ends;
  };
  await rig.plan(TASKS);
  await rig.begin();
  const post: Letter[] = [];
  for (let i = 0; i < MINUTES + 6; i++, rig.nowMs += MINUTE_MS) {
    const shifts = plot.shifts.slice(i * REGIONS.length, (i + 1) * REGIONS.length);
    post.push(...(await work(rig, shifts, isPunctual)));
    const due = post.filter(({ dueMs }) => dueMs <= rig.nowMs);
    for (const { region, chunk } of due) await rig.store(region, [chunk]);
    await rig.run();
  }
  return { rig, made };
}

/** A chunk under way. It is delivered again in every minute after it is due. */
interface Letter {
  readonly dueMs: number;
  readonly region: string;
  readonly chunk: StoredChunk;
}

async function work(rig: Rig, shifts: readonly Shift[], isPunctual: boolean): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (const [i, { probes, lateness }] of shifts.entries()) {
    const region = REGIONS[i] ?? "";
    for (const chunk of probes ? await rig.claim(region, rig.nowMs) : []) {
      const late = isPunctual ? 0 : (lateness[chunk.part] ?? 0);
      letters.push({ dueMs: rig.nowMs + late * MINUTE_MS, region, chunk });
    }
  }
  return letters;
}

function told(rig: Rig): Set<string> {
  return new Set(rig.bus.published.map(({ id }) => id));
}

function withoutRev(summaries: readonly Summary[]): unknown[] {
  return summaries.map(({ rev: _rev, ...summary }) => summary);
}

test("aggregateWindows counts every check once, whatever comes late or never", async () => {
  await fc.assert(
    fc.asyncProperty(plots, async (plot) => {
      const { rig, made } = await play(plot, false);
      const counted = new Map<string, number>();
      for (const { taskName, periodStartMs, regions, overall } of rig.summaries.all) {
        let due = 0;
        for (const [region, figures] of Object.entries(regions)) {
          const attempts = figures.sampleCount + figures.uncountedCount;
          assert.equal(figures.expectedCount, attempts + figures.missedCount);
          if (attempts > 0) counted.set(`${taskName} ${region} ${periodStartMs}`, attempts);
          due += figures.expectedCount;
        }
        assert.equal(overall.expectedCount, due);
      }
      assert.deepEqual(new Map([...counted].sort()), new Map([...made].sort()));
    }),
    { numRuns: 60 },
  );
});

test("aggregateWindows ends with the same summaries in any order of delivery", async () => {
  await fc.assert(
    fc.asyncProperty(plots, async (plot) => {
      const late = await play(plot, false);
      const punctual = await play(plot, true);
      assert.deepEqual(withoutRev(late.rig.summaries.all), withoutRev(punctual.rig.summaries.all));
      assert.ok(punctual.rig.summaries.all.every(({ rev }) => rev === 1));
    }),
    { numRuns: 60 },
  );
});

test("aggregateWindows changes nothing when windows are worked again, from anywhere, any number of times", async () => {
  const from = fc.array(fc.nat({ max: MINUTES + 3 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(plots, from, async (plot, starts) => {
      const { rig } = await play(plot, false);
      await rig.run();
      const before = { summaries: rig.summaries.all, told: told(rig) };
      const records = await rig.states.readRecords();
      for (const start of starts) {
        rig.progress.resetWatermark(minute(start));
        await rig.run();
        assert.deepEqual(rig.summaries.all, before.summaries);
        assert.deepEqual(told(rig), before.told);
        assert.deepEqual(await rig.states.readRecords(), records);
      }
    }),
    { numRuns: 60 },
  );
});

test("aggregateWindows keeps what it knew when a window is worked again without a region", async () => {
  const rig = new Rig(REGIONS);
  await rig.plan(TASKS);
  await rig.begin();
  await rig.live(3);
  const before = rig.summaries.all;
  rig.progress.resetWatermark(NOON);
  await rig.run({ regions: new Map([["eu", rig.region("eu")]]) });
  assert.deepEqual(rig.summaries.all.slice(0, before.length), before);
});
