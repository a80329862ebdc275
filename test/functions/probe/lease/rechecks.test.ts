import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runLease } from "../../../../functions/probe/lease/run-lease.ts";
import type { ProbeServices } from "../../../../functions/probe/lease/services.ts";
import type { Connect } from "../../../../functions/probe/socket/socket.ts";
import type { AlertOverrides } from "../../../../shared/health/rules/rules.ts";
import type { ProbeResult } from "../../../../shared/result/result.ts";
import { LEASE_TERM_MS, slotsOfTerm } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import {
  aRig,
  connectBy,
  NOON,
  networkOf,
  openAfter,
  type Rig,
  STAGGER,
  storedChunks,
  storedResults,
  storePlan,
} from "../rig.ts";

const HOUR = 3_600_000;

const MINUTELY = aTask("minutely", { scheduleMs: 60_000 });
const USUAL = aTask("usual", { scheduleMs: 15_000 });
const HALF = aTask("half", { scheduleMs: 30_000 });
const SLOW = aTask("slow", { scheduleMs: 300_000 });

const COVER = { fromMs: NOON, toMs: NOON + LEASE_TERM_MS };

/** The first slot of a task from noon on. */
function firstSlot(task: Task): number {
  for (let fromMs = NOON; ; fromMs += LEASE_TERM_MS) {
    const [slot] = slotsOfTerm(
      task,
      { staggerPermille: STAGGER },
      { fromMs, toMs: fromMs + LEASE_TERM_MS },
    );
    if (slot !== undefined) return slot;
  }
}

/** A target that is down in these spans after `fromMs`, and says so at once or after a time. */
function downIn(rig: Rig, fromMs: number, spans: readonly [number, number][], ms = 0): Connect {
  const open = openAfter(rig.clock, 20);
  const refuse = connectBy(async ({ timeoutMs }, signal) => {
    await rig.clock.sleep(Math.min(ms, timeoutMs), signal);
    return signal.aborted ? null : { kind: "failed", code: "ECONNREFUSED" };
  });
  return (request, signal, listener) => {
    const at = rig.clock.now() - fromMs;
    const isDown = spans.some(([from, to]) => at >= from && at < to);
    return (isDown ? refuse : open)(request, signal, listener);
  };
}

interface World {
  readonly down: readonly [number, number][];
  readonly answerMs?: number;
  readonly defaults?: AlertOverrides | null;
  readonly minutes?: number;
  readonly services?: (rig: Rig) => Partial<ProbeServices>;
}

/** Runs a task's terms from its first slot's on. */
async function run(task: Task, world: World) {
  const { down, answerMs = 0, defaults = {}, minutes = 1, services = () => ({}) } = world;
  const slot = firstSlot(task);
  const termFromMs = slot - ((slot - NOON) % LEASE_TERM_MS);
  const rig = aRig(termFromMs);
  await storePlan(rig, [task], defaults === null ? {} : { alertDefaults: defaults });
  const openNetwork = () => networkOf(downIn(rig, slot, down, answerMs));
  const process = rig.startProcess({ openNetwork, ...services(rig) });
  for (let minute = 0; minute < minutes; minute++) {
    const atMs = termFromMs + minute * LEASE_TERM_MS;
    if (rig.clock.now() < atMs) await rig.clock.run(rig.clock.sleep(atMs - rig.clock.now()));
    await rig.clock.run(runLease(0, process));
  }
  const results = (await storedResults(rig)).toSorted((a, b) => a.slotAtMs - b.slotAtMs);
  return { rig, slot, termFromMs, process, results, made: results.map((one) => show(one, slot)) };
}

/** E.g. `5 recheck refused`. */
function show({ slotAtMs, recheck, outcome }: ProbeResult, slot: number): string {
  return `${(slotAtMs - slot) / 1_000} ${recheck ? "recheck" : "slot"} ${outcome}`;
}

describe("runLease after a failed check", () => {
  it("makes no recheck if home does not know them", async () => {
    const { made, rig } = await run(MINUTELY, { down: [[0, HOUR]], defaults: null });
    assert.deepEqual(made, ["0 slot refused"]);
    assert.deepEqual(rig.hints, []);
  });

  it("checks again until a check passes", async () => {
    const { made, rig } = await run(MINUTELY, { down: [[0, 10_000]] });
    assert.deepEqual(made, ["0 slot refused", "5 recheck refused", "12 recheck open"]);
    assert.deepEqual(rig.hints, []);
    assert.equal(rig.lines[0]?.rechecks, 2);
    assert.equal(rig.lines[0]?.metrics.Attempts, 1);
    assert.equal(rig.lines[0]?.metrics.Failures, 1);
    assert.equal(rig.lines[0]?.metrics.Missed, 0);
  });

  it("goes on after the region has turned down, and begins no more at the next slot", async () => {
    const { made } = await run(MINUTELY, { down: [[0, HOUR]], minutes: 2 });
    assert.deepEqual(made, [
      "0 slot refused",
      ...[5, 12, 20, 30, 40, 50].map((second) => `${second} recheck refused`),
      "60 slot refused",
    ]);
  });

  it("goes on beyond the end of its term, and files that under the term", async () => {
    const slots = slotsOfTerm(HALF, { staggerPermille: STAGGER }, COVER);
    const lastMs = (slots.at(-1) ?? 0) - (slots[0] ?? 0);
    const { made, rig, termFromMs, slot } = await run(HALF, { down: [[lastMs, HOUR]] });
    assert.ok(slot + lastMs + 20_000 > termFromMs + LEASE_TERM_MS, "the task is late enough");
    assert.deepEqual(
      made.slice(-3),
      [5, 12, 20].map((second) => `${lastMs / 1_000 + second} recheck refused`),
    );
    const chunks = await storedChunks(rig);
    assert.ok(chunks.every((chunk) => chunk.termFromMs === termFromMs));
    assert.ok(rig.clock.monotonic() < 140_000);
  });

  it("leaves out those that the schedule leaves no room for, up to the slot that turns the region", async () => {
    const { made } = await run(USUAL, { down: [[0, HOUR]] });
    assert.deepEqual(made, [
      "0 slot refused",
      "5 recheck refused",
      "12 recheck refused",
      "15 slot refused",
      "20 recheck refused",
      "27 recheck refused",
      "30 slot refused",
      "45 slot refused",
    ]);
  });

  it("waits for a check that takes its whole timeout", async () => {
    const { made } = await run(MINUTELY, { down: [[0, 14_000]], answerMs: 9_000 });
    assert.deepEqual(made, [
      "0 slot refused",
      "5 recheck refused",
      "12 recheck refused",
      "20 recheck open",
    ]);
  });

  it("checks once more after the first passed slot, which brings it back", async () => {
    const { made, rig, slot } = await run(MINUTELY, { down: [[0, 55_000]], minutes: 2 });
    assert.deepEqual(made.slice(-2), ["60 slot open", "65 recheck open"]);
    assert.deepEqual(
      rig.hints.map(({ atMs }) => atMs - slot),
      [20_100, 65_020],
    );
  });

  it("makes none for a result that does not count", async () => {
    const { made } = await run(MINUTELY, {
      down: [],
      services: () => ({
        openNetwork: () => networkOf(connectBy(async () => ({ kind: "failed", code: "EMFILE" }))),
      }),
    });
    assert.deepEqual(made, ["0 slot internal"]);
  });

  it("takes the task's own settings before the fleet's", async () => {
    const task = { ...MINUTELY, alert: { recheckSeconds: [7], failureThreshold: 2 } };
    const { made, rig } = await run(task, {
      down: [[0, HOUR]],
      defaults: { recheckSeconds: [3, 4] },
    });
    assert.deepEqual(made, ["0 slot refused", "7 recheck refused"]);
    assert.equal(rig.hints.length, 1);
  });

  it("makes none if the fleet wants none", async () => {
    const { made } = await run(MINUTELY, { down: [[0, HOUR]], defaults: { recheckSeconds: [] } });
    assert.deepEqual(made, ["0 slot refused"]);
  });

  it("takes every task for healthy in a new process", async () => {
    const { rig, termFromMs, slot } = await run(MINUTELY, { down: [[0, HOUR]] });
    const openNetwork = () => networkOf(downIn(rig, slot, [[0, HOUR]]));
    await rig.clock.run(rig.clock.sleep(termFromMs + LEASE_TERM_MS - rig.clock.now()));
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork })));
    const rechecks = (await storedResults(rig)).filter(({ recheck }) => recheck);
    assert.equal(rechecks.length, 12);
  });

  it("ends its rechecks when it is told to stop, and stores what is complete", async () => {
    const stop = new AbortController();
    const { made, rig, slot } = await run(MINUTELY, {
      down: [[0, HOUR]],
      services: (rig) => {
        void rig.clock
          .sleep(firstSlot(MINUTELY) + 15_000 - rig.clock.now())
          .then(() => stop.abort());
        return { stop: stop.signal };
      },
    });
    assert.deepEqual(made, ["0 slot refused", "5 recheck refused", "12 recheck refused"]);
    assert.equal(rig.clock.now(), slot + 15_000);
  });

  it("ends within seconds when the clock is set back by an hour", async () => {
    const { made, rig } = await run(MINUTELY, {
      down: [[0, HOUR]],
      services: (rig) => {
        const atMs = firstSlot(MINUTELY) + 15_000 - rig.clock.now();
        void rig.clock.sleep(atMs).then(() => rig.clock.setBy(-HOUR));
        return {};
      },
    });
    assert.equal(made.length, 3);
    assert.ok(rig.clock.monotonic() < 35_000);
    assert.equal(rig.clock.sleeperCount, 0);
  });

  it("ends before the function does, whatever hangs", async () => {
    const never = (rig: Rig) =>
      connectBy(async (_, signal) => {
        await rig.clock.sleep(HOUR, signal);
        return null;
      });
    const { rig } = await run(HALF, {
      down: [],
      services: (rig) => {
        let count = 0;
        const refused = downIn(rig, 0, [[0, Number.POSITIVE_INFINITY]]);
        const connect: Connect = (...args) => (++count < 3 ? refused : never(rig))(...args);
        return { openNetwork: () => networkOf(connect) };
      },
    });
    assert.ok(rig.clock.monotonic() <= 140_000 + 8_000);
  });
});

describe("runLease and home", () => {
  it("hints when a region turns, once what turned it is stored", async () => {
    const storedAt: number[] = [];
    const { rig, slot } = await run(MINUTELY, {
      down: [[0, HOUR]],
      services: (rig) => ({
        results: {
          readChunks: rig.chunks.readChunks.bind(rig.chunks),
          putChunk: async (chunk) => {
            await rig.clock.sleep(300);
            await rig.chunks.putChunk(chunk);
            if (chunk.results.some(({ slotAtMs }) => slotAtMs === firstSlot(MINUTELY) + 20_000))
              storedAt.push(rig.clock.now());
          },
        },
      }),
    });
    const turns = [{ task: MINUTELY, isDown: true }];
    assert.deepEqual(rig.hints, [{ region: "eu-west-1", shard: 0, atMs: slot + 20_400, turns }]);
    assert.deepEqual(storedAt, [slot + 20_400]);
  });

  it("numbers the parts of its term from 0 without a gap", async () => {
    const { rig } = await run(MINUTELY, { down: [[0, HOUR]] });
    const parts = (await storedChunks(rig)).map(({ part }) => part);
    assert.deepEqual(
      parts,
      parts.map((_, i) => i),
    );
    assert.ok(parts.length > 4);
  });

  it("hints of the first failed check if the next slot is minutes away", async () => {
    const { rig, slot } = await run(SLOW, { down: [[0, 3_000]] });
    assert.deepEqual(
      rig.hints.map(({ atMs, turns }) => [atMs - slot, turns]),
      [[100, undefined]],
    );
  });

  it("sends one hint for all that turn within a second", async () => {
    const rig = aRig();
    const tasks = Array.from({ length: 50 }, (_, i) => aTask(`t${i}`, { scheduleMs: 60_000 }));
    await storePlan(rig, tasks, { alertDefaults: { recheckSeconds: [], failureThreshold: 1 } });
    const openNetwork = () => networkOf(downIn(rig, NOON, [[0, HOUR]]));
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork })));
    const seconds = new Set(rig.hints.map(({ atMs }) => atMs));
    assert.equal(seconds.size, rig.hints.length);
    assert.ok(rig.hints.length <= 11, `${rig.hints.length} hints in 10 s`);
    assert.ok((await storedChunks(rig)).length <= 13);
  });

  it("is not disturbed by a hint that fails or hangs", async () => {
    const { made, rig } = await run(MINUTELY, {
      down: [[0, HOUR]],
      services: (rig) => ({
        hint: async () => {
          await rig.clock.sleep(HOUR);
          throw new Error("away");
        },
      }),
    });
    assert.equal(made.length, 7);
    assert.ok(rig.clock.monotonic() < 63_000);
  });

  it("writes and tells nothing more while all is well", async () => {
    const { rig, process } = await run(MINUTELY, { down: [] });
    assert.equal((await storedChunks(rig)).length, 1);
    assert.deepEqual(rig.hints, []);
    assert.equal(process.warm.health.isQuiet(MINUTELY.name), true);
    assert.equal(rig.lines[0]?.rechecks, undefined);
  });
});
