import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { lookNow } from "../../../functions/aggregate/look.ts";
import type { AggregateServices } from "../../../functions/aggregate/services/services.ts";
import type { StoredChunk } from "../../../functions/ports/chunk-store.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { Hint } from "../../../shared/request/request.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS, startOfMinute } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { hooked, minute, Rig, type World } from "./rig.ts";

const REGIONS = ["eu", "us", "ap"];
const HINT: Hint = { region: "us", shard: 0, atMs: minute(2) + 20_000 };
const FAST = aTask("a", { scheduleMs: 5 * SECOND_MS });

/** Refused everywhere from minute 2 on. */
const DOWN: World = (_task, _region, at) => (at >= minute(2) ? "refused" : 10);

/** Two minutes have passed, all fine, and the first parts of the third are stored. */
async function rigInTrouble(parts = [0, 1], tasks: readonly Task[] = [FAST]): Promise<Rig> {
  const rig = new Rig(REGIONS);
  await rig.plan(tasks);
  await rig.begin();
  rig.world = DOWN;
  await rig.live(2);
  await storeParts(rig, parts);
  return rig;
}

/** Claims the minute that begins now, and stores some of its parts; returns all. */
async function storeParts(rig: Rig, parts: readonly number[]): Promise<Map<string, StoredChunk[]>> {
  const claimed = new Map<string, StoredChunk[]>();
  for (const name of REGIONS) {
    const chunks = await rig.claim(name, rig.nowMs);
    claimed.set(name, chunks);
    await rig.store(
      name,
      chunks.filter(({ part }) => parts.includes(part)),
    );
  }
  return claimed;
}

function at(rig: Rig, nowMs: EpochMs, different: Partial<AggregateServices> = {}) {
  return rig.services({ now: () => nowMs, ...different });
}

/** After the second flush of the third minute. */
const LOOK_AT = minute(2) + 37_000;

test("lookNow publishes what has arrived before the window is closed", async () => {
  const rig = await rigInTrouble();
  await lookNow(at(rig, LOOK_AT), HINT);
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
  const [event] = rig.bus.published.filter(
    ({ detail }) => Reflect.get(detail, "task_name") === "a",
  );
  assert.ok(event !== undefined && event.time < minute(2) + 30_000);
});

test("lookNow moves no watermark, writes no summary, marks no window and sends no heartbeat", async () => {
  const rig = await rigInTrouble();
  const before = await rig.progress.readProgress();
  const heartbeats = rig.bus.published.length;
  await lookNow(at(rig, LOOK_AT), HINT);
  assert.deepEqual(await rig.progress.readProgress(), before);
  assert.equal(rig.summaryOf("a", minute(2)), undefined);
  assert.equal(rig.bus.published.length, heartbeats + 1);
  assert.equal(await rig.progress.beginWindow(minute(2)), "new");
});

test("lookNow releases its lock and writes one line without metrics", async () => {
  const rig = await rigInTrouble();
  const linesBefore = rig.lines.length;
  await lookNow(at(rig, LOOK_AT), HINT);
  assert.equal(await rig.lock.acquire("other", LOOK_AT, LOOK_AT + 1), "acquired");
  assert.deepEqual(rig.lines.slice(linesBefore), [
    {
      metrics: {},
      hint: { region: "us", shard: 0, hintedAt: "2026-01-05T12:02:20.000Z" },
      looks: 1,
      watermark: "2026-01-05T12:01:00.000Z",
      tasks: 1,
      events: 1,
      outcome: "judged",
    },
  ]);
});

test("the minute's run and a second look say nothing new after a look", async () => {
  const rig = await rigInTrouble();
  await lookNow(at(rig, LOOK_AT), HINT);
  await lookNow(at(rig, LOOK_AT + 100), HINT);
  rig.nowMs = minute(2);
  await rig.probe();
  rig.nowMs = minute(3);
  await rig.live(3);
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
  const ids = rig.bus.published.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("lookNow leaves out what comes after a hole in the parts of a term", async () => {
  const rig = await rigInTrouble([1, 2]);
  await lookNow(at(rig, LOOK_AT + 15_000), HINT);
  assert.deepEqual(rig.events, []);
  assert.deepEqual((await rig.states.readRecords()).records, []);
});

test("lookNow stores nothing for tasks that are well", async () => {
  const rig = new Rig(REGIONS);
  await rig.plan([FAST]);
  await rig.begin();
  await rig.live(2);
  await storeParts(rig, [0, 1]);
  await lookNow(at(rig, LOOK_AT), HINT);
  assert.deepEqual((await rig.states.readRecords()).records, []);
  assert.equal(rig.lines.at(-1)?.tasks, 0);
});

test("lookNow leaves it to the minute's runs if more than five minutes are to be judged", async () => {
  for (const [lateMs, events] of [
    [4 * MINUTE_MS, ["a: OK to CRITICAL"]],
    [4 * MINUTE_MS + 1, []],
  ] as const) {
    const rig = await rigInTrouble();
    await lookNow(at(rig, minute(2) + lateMs), HINT);
    assert.deepEqual(rig.events, events);
  }
});

test("lookNow counts its time from when it asked for the lock, not from when its memory was read", async () => {
  for (const [readMs, expected] of [
    [5_999, ["judged", ["a: OK to CRITICAL"]]],
    [6_000, ["late", []]],
  ] as const) {
    const rig = await rigInTrouble();
    let nowMs = LOOK_AT;
    const slow = hooked(rig.states, "readRecords", () => {
      nowMs = LOOK_AT + readMs;
    });
    await lookNow(at(rig, LOOK_AT, { now: () => nowMs, states: slow }), HINT);
    assert.deepEqual([rig.lines.at(-1)?.outcome, rig.events], expected);
  }
});

test("lookNow does nothing before the fleet's first run, nor by a clock that is behind", async () => {
  const fresh = new Rig(REGIONS);
  await lookNow(at(fresh, LOOK_AT), HINT);
  assert.equal(fresh.lines.at(-1)?.outcome, "left to the minute's run");
  const rig = await rigInTrouble();
  await lookNow(at(rig, minute(-5)), HINT);
  assert.deepEqual(rig.events, []);
});

test("a hint that meets a run ends at once, and the run looks once more", async () => {
  const rig = await rigInTrouble([]);
  const chunks = await claimedOf(rig);
  let hinted = false;
  const bus = {
    publish: async (...args: Parameters<typeof rig.bus.publish>) => {
      if (!hinted) {
        hinted = true;
        for (const [name, own] of chunks) await rig.store(name, own);
        await lookNow(at(rig, LOOK_AT), HINT);
      }
      return rig.bus.publish(...args);
    },
  };
  await rig.run({ now: () => LOOK_AT, bus });
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
  const [hint, run] = rig.lines.slice(-2);
  assert.equal(hint?.skipped, "another run looks once more");
  assert.equal(run?.looks, 1);
  assert.equal(await rig.lock.acquire("other", LOOK_AT, LOOK_AT + 1), "acquired");
});

/** The chunks of the minute that is claimed already, made anew. */
async function claimedOf(rig: Rig): Promise<Map<string, StoredChunk[]>> {
  const twin = new Rig(REGIONS);
  twin.world = rig.world;
  twin.nowMs = minute(-1);
  await twin.plan([FAST]);
  await twin.begin();
  await twin.live(2);
  return storeParts(twin, []);
}

test("ten thousand hints in five seconds are a few looks, a second apart", async () => {
  const rig = await rigInTrouble();
  let nowMs = LOOK_AT;
  let left = 10_000;
  const looks: EpochMs[] = [];
  const storm = async (count: number): Promise<void> => {
    left -= count;
    await Promise.all(Array.from({ length: count }, () => lookNow(services, HINT)));
  };
  const services: AggregateServices = at(rig, LOOK_AT, {
    now: () => nowMs,
    progress: hooked(rig.progress, "readProgress", () => {
      looks.push(nowMs);
      void storm(Math.min(left, 2_000));
    }),
    sleep: async (ms) => {
      nowMs += ms;
    },
  });
  await storm(2_000);
  assert.equal(left, 0);
  assert.deepEqual(
    looks.map((lookedAtMs) => (lookedAtMs - LOOK_AT) / SECOND_MS),
    [0, 1, 2, 3, 4],
  );
});

test("a run waits for the lock of a look, and does its work then", async () => {
  const rig = await rigInTrouble([0, 1, 2, 3]);
  let nowMs = minute(3) + 25_000;
  await rig.lock.acquire("a look", nowMs, nowMs + 4_000);
  await rig.run({
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  });
  assert.equal(rig.metrics.Windows, 2);
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
});

/** An outage that every region sees, in seconds after noon. */
interface Outage {
  readonly fromS: number;
  readonly lengthS: number;
}

/** With 15 s between its checks, "b" is down three seconds after the end of a window. */
const OVERTAKEN: Outage = { fromS: 189, lengthS: 90 };

const MINUTES = 14;

/** The minute's run comes so long after the end of its window. */
const RUN_AFTER_MS = 25 * SECOND_MS;

/** An event about a task, and when it was published. */
interface Told {
  readonly id: string;
  readonly task: unknown;
  readonly turn: string;
  readonly reason: unknown;
  /** False if the figures of a closed window decided. */
  readonly isBySamples: boolean;
  readonly atMs: EpochMs;
  readonly toldAtMs: EpochMs;
}

/** When parts are stored, when the minute's run comes, and when a hint does. */
async function play(outages: readonly Outage[], hintsS: readonly number[]): Promise<Told[]> {
  const rig = new Rig(REGIONS);
  await rig.plan([FAST, aTask("b", { scheduleMs: 15 * SECOND_MS })]);
  await rig.begin();
  rig.world = (_task, _region, slotAtMs) =>
    outages.some(({ fromS, lengthS }) => {
      const afterS = (slotAtMs - minute(0)) / SECOND_MS - fromS;
      return afterS >= 0 && afterS < lengthS;
    })
      ? "refused"
      : 10;
  const moments: [EpochMs, () => Promise<unknown>][] = [];
  for (const atS of hintsS) {
    const nowMs = minute(0) + atS * SECOND_MS;
    moments.push([nowMs, () => lookNow(at(rig, nowMs), { ...HINT, atMs: nowMs })]);
  }
  for (let i = 0; i < MINUTES; i++) {
    const runAtMs = minute(i) + RUN_AFTER_MS;
    moments.push([runAtMs, () => rig.run({ now: () => runAtMs })]);
    rig.nowMs = minute(i);
    for (const name of REGIONS) {
      const claim = await rig.claim(name, minute(i));
      for (const chunk of claim) {
        moments.push([minute(i) + 15_000 * chunk.part + 21_000, () => rig.store(name, [chunk])]);
      }
    }
  }
  moments.sort(([a], [b]) => a - b);
  const told: Told[] = [];
  for (const [nowMs, act] of moments) {
    rig.nowMs = startOfMinute(nowMs);
    const before = rig.bus.published.length;
    await act();
    told.push(...rig.bus.published.slice(before).flatMap((event) => toldOf(event, nowMs) ?? []));
  }
  return told;
}

function toldOf({ id, time, detail }: OutgoingEvent, toldAtMs: EpochMs): Told | null {
  const {
    task_name: task,
    previous_state,
    state,
    reason,
    samples,
  } = { ...detail } as Record<string, unknown>;
  if (task === undefined) return null;
  const isBySamples = Array.isArray(samples) && samples.length > 0;
  const turn = `${previous_state} to ${state}`;
  return { id, task, turn, reason, isBySamples, atMs: time, toldAtMs };
}

/**
 * The events of a play with hints, by those of one without. Only what the figures of a window say is
 * not told if a hint has told, before the run that closes the window, of an outage since its end.
 */
function withoutOvertaken(alone: readonly Told[], hinted: readonly Told[]): Told[] {
  const outages = hinted.filter(({ reason }) => reason === "down");
  return alone.filter(
    ({ isBySamples, task, atMs }) =>
      isBySamples ||
      !outages.some(
        (outage) =>
          outage.task === task && outage.atMs >= atMs && outage.toldAtMs < atMs + RUN_AFTER_MS,
      ),
  );
}

function idsOf(told: readonly Told[]): string[] {
  return told.map(({ id }) => id).toSorted();
}

test("hints that are lost, doubled or late give the same events as no hints", async () => {
  const outage = fc.record({
    fromS: fc.integer({ min: 60, max: 200 }),
    lengthS: fc.integer({ min: 90, max: 240 }),
  });
  const second = fc.integer({ min: 40, max: 60 * MINUTES - 1 });
  const hints = fc.array(second, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(outage, hints, async (one, some) => {
      const doubled = [...some, ...some.slice(0, 3)];
      const hinted = await play([one], doubled);
      const alone = await play([one], []);
      assert.ok(alone.length > 0);
      assert.deepEqual(idsOf(hinted), idsOf(withoutOvertaken(alone, hinted)));
    }),
    { numRuns: 8, examples: [[OVERTAKEN, [262]]] },
  );
});

test("an outage that a hint tells before the run of the window before is not a warning first", async () => {
  const turnsOf = async (hintsS: readonly number[]) => {
    const told = await play([OVERTAKEN], hintsS);
    return told.filter(({ task }) => task === "b").map(({ turn }) => turn);
  };
  assert.deepEqual(await turnsOf([262]), ["OK to CRITICAL", "CRITICAL to WARNING"]);
  const alone = ["OK to WARNING", "WARNING to CRITICAL", "CRITICAL to WARNING"];
  assert.deepEqual(await turnsOf([]), alone);
  // The run comes at 265, so this hint has nothing new.
  assert.deepEqual(await turnsOf([266]), alone);
});
