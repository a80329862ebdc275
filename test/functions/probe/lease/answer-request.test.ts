import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FIRST_REQUEST_PART, type StoredChunk } from "../../../../functions/ports/chunk-store.ts";
import { answerRequest } from "../../../../functions/probe/lease/answer-request.ts";
import { runLease } from "../../../../functions/probe/lease/run-lease.ts";
import type { CheckRequest } from "../../../../shared/request/request.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import {
  aRig,
  connectBy,
  NOON,
  networkOf,
  openAfter,
  REGION,
  type Rig,
  storedChunks,
  storePlan,
} from "../rig.ts";

const TASKS = ["a", "b", "c"].map((name) => aTask(name, { scheduleMs: 300_000 }));

/** A rig whose shard 0 has the term that began at noon, at 20 s after it. */
async function aRunningRig(tasks: readonly Task[] = TASKS): Promise<Rig> {
  const rig = aRig();
  await storePlan(rig, tasks, { alertDefaults: {} });
  await rig.clock.run(runLease(0, rig.startProcess()));
  await rig.clock.run(rig.clock.sleep(NOON + 20_000 - rig.clock.now()));
  rig.hints.length = 0;
  rig.lines.length = 0;
  return rig;
}

function aRequest(different: Partial<CheckRequest> = {}): CheckRequest {
  return { id: "r1", shard: 0, taskNames: ["b"], atMs: NOON + 20_000, ...different };
}

async function requestChunks(rig: Rig): Promise<readonly StoredChunk[]> {
  return (await storedChunks(rig)).filter(({ part }) => part >= FIRST_REQUEST_PART);
}

async function answer(rig: Rig, request: CheckRequest, process = rig.startProcess()) {
  await rig.clock.run(answerRequest(request, process));
  return await requestChunks(rig);
}

const refused = (rig: Rig) =>
  rig.startProcess({
    openNetwork: () => networkOf(connectBy(async () => ({ kind: "failed", code: "ECONNREFUSED" }))),
  });

describe("answerRequest", () => {
  it("checks the named tasks now, files them under the running term, and hints home", async () => {
    const rig = await aRunningRig();
    const lease = await rig.leases.readLease(0);
    const chunks = await answer(rig, aRequest({ taskNames: ["c", "a", "a"] }));
    assert.deepEqual(
      chunks.map(({ termFromMs, results }) => [
        termFromMs,
        ...results.map(({ taskIndex, slotAtMs, recheck }) => [taskIndex, slotAtMs, recheck]),
      ]),
      [[NOON, [0, NOON + 20_000, true], [2, NOON + 20_000, true]]],
    );
    assert.deepEqual(rig.hints, [{ region: REGION, shard: 0, atMs: NOON + 20_020 }]);
    assert.deepEqual(await rig.leases.readLease(0), lease);
    assert.deepEqual(rig.lines, [
      {
        function: "probe",
        region: REGION,
        shard: 0,
        metrics: {},
        request: "r1",
        asked: 2,
        rechecks: 2,
      },
    ]);
  });

  it("checks a task that fails again, and hints when the region turns", async () => {
    const rig = await aRunningRig();
    const chunks = await answer(rig, aRequest(), refused(rig));
    assert.deepEqual(
      chunks.flatMap(({ results }) => results.map(({ slotAtMs }) => slotAtMs - NOON - 20_000)),
      [0, 5_000, 12_000, 20_000, 30_000, 40_000, 50_000],
    );
    assert.ok(chunks.every(({ results }) => results.every(({ recheck }) => recheck)));
    assert.deepEqual(
      rig.hints.map(({ atMs }) => atMs - NOON - 20_000),
      [100, 5_100, 12_100, 20_100, 30_100, 40_100, 50_000],
    );
  });

  it("does nothing for a request that the process has answered", async () => {
    const rig = await aRunningRig();
    const process = rig.startProcess();
    const once = await answer(rig, aRequest(), process);
    assert.deepEqual(await answer(rig, aRequest(), process), once);
    assert.equal(rig.lines[1]?.idle, "Delivered twice");
  });

  it("uses the same term and part in another process, and another part for another request", async () => {
    const rig = await aRunningRig();
    const puts: [number, number][] = [];
    const results = {
      readChunks: rig.chunks.readChunks.bind(rig.chunks),
      putChunk: async ({ termFromMs, part }: StoredChunk) => void puts.push([termFromMs, part]),
    };
    for (const id of ["r1", "r1", "r2"])
      await answer(rig, aRequest({ id }), rig.startProcess({ results }));
    assert.deepEqual(puts[0], puts[1]);
    assert.notEqual(puts[0]?.[1], puts[2]?.[1]);
    assert.ok(puts.every(([, part]) => part >= FIRST_REQUEST_PART && part < 1_000_000_000));
  });

  const REFUSED: readonly (readonly [string, Partial<CheckRequest>, string])[] = [
    ["is too old", { atMs: NOON - 10_001 }, "Asked too long ago, or by another clock"],
    ["is from far ahead", { atMs: NOON + 50_001 }, "Asked too long ago, or by another clock"],
    ["is for a shard without a lease", { shard: 7 }, "No plan or no lease"],
  ];
  for (const [what, different, idle] of REFUSED)
    it(`makes no check if the request ${what}`, async () => {
      const rig = await aRunningRig();
      assert.deepEqual(await answer(rig, aRequest(different)), []);
      assert.deepEqual([rig.lines[0]?.idle, rig.hints.length], [idle, 0]);
    });

  it("makes no check if home knows no rechecks", async () => {
    const rig = await aRunningRig();
    await storePlan(rig, TASKS);
    assert.deepEqual(await answer(rig, aRequest()), []);
    assert.equal(rig.lines[0]?.idle, "No plan or no lease");
  });

  it("makes no check in a process that is to end", async () => {
    const rig = await aRunningRig();
    const process = rig.startProcess({ stop: AbortSignal.abort() });
    assert.deepEqual(await answer(rig, aRequest(), process), []);
  });

  it("leaves out unknown tasks, and stores nothing if there is no other", async () => {
    const rig = await aRunningRig();
    assert.deepEqual(await answer(rig, aRequest({ taskNames: ["x", "constructor"] })), []);
    assert.equal(rig.lines[0]?.asked, 0);
    assert.deepEqual(rig.hints, []);
  });

  it("checks no more than 500 tasks", async () => {
    const tasks = Array.from({ length: 600 }, (_, i) => aTask(`t${i}`, { scheduleMs: 300_000 }));
    const rig = await aRunningRig(tasks);
    const taskNames = tasks.map(({ name }) => name);
    const chunks = await answer(rig, aRequest({ taskNames }));
    assert.equal(chunks.flatMap(({ results }) => results).length, 500);
  });

  it("checks at its own instant if it comes soon, and now if it comes later or from ahead", async () => {
    for (const [atMs, slotAtMs] of [
      [NOON + 18_000.5, NOON + 18_000],
      [NOON + 17_000, NOON + 20_000],
      [NOON + 20_300, NOON + 20_000],
      [NOON - 10_000, NOON + 20_000],
      [NOON + 50_000, NOON + 20_000],
    ] as const) {
      const rig = await aRunningRig();
      const [chunk] = await answer(rig, aRequest({ atMs }));
      assert.equal(chunk?.results[0]?.slotAtMs, slotAtMs);
    }
  });

  it("files results under the last term if none is running", async () => {
    const rig = await aRunningRig();
    await rig.clock.run(rig.clock.sleep(300_000));
    const chunks = await answer(rig, aRequest({ atMs: rig.clock.now() }));
    assert.deepEqual(
      chunks.map(({ termFromMs }) => termFromMs),
      [NOON],
    );
  });

  it("knows from its own checks what the next term does", async () => {
    const rig = await aRunningRig();
    const down = refused(rig);
    await answer(rig, aRequest(), down);
    assert.equal(down.warm.health.isQuiet("b"), false);
    const open = { ...down, openNetwork: () => networkOf(openAfter(rig.clock, 20)) };
    await answer(rig, aRequest({ id: "r2", atMs: rig.clock.now() }), open);
    await answer(rig, aRequest({ id: "r3", atMs: rig.clock.now() }), open);
    assert.equal(down.warm.health.isQuiet("b"), true);
  });
});
