import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerRequest, runLease } from "../../../../functions/probe/lease/lease.ts";
import type { ProbeServices } from "../../../../functions/probe/lease/services.ts";
import type { ClockReading } from "../../../../shared/clock/clock.ts";
import { aTask } from "../../../fakes/results.ts";
import { aRig, NOON, type Rig, storedChunks, storePlan } from "../rig.ts";

type Watch = NonNullable<ProbeServices["clockWatch"]>;

const FIGURES = { offsetMs: -10_000, stabilityMs: 1, jitterMs: 0.5, roundTripMs: 20 };
const KNOWN: ClockReading = { askedCount: 4, answeredCount: 3, figures: FIGURES };
const SILENT: ClockReading = { askedCount: 4, answeredCount: 0, figures: null };

/** A watch that knows this, and whether it asks. */
function aWatch(reading: ClockReading | null, kiss: string | null = null) {
  const signals: AbortSignal[] = [];
  const watch: Watch = {
    kiss,
    reading: () => reading,
    follow: async (_, signal) => void signals.push(signal),
  };
  return { watch, signals };
}

async function lived(rig: Rig, clockWatch?: Watch) {
  await storePlan(rig, [aTask("a"), aTask("b")], { alertDefaults: {} });
  const services = rig.startProcess(clockWatch === undefined ? {} : { clockWatch });
  await rig.clock.run(runLease(0, services));
  return services;
}

describe("runLease", () => {
  it("asks a time server while the term runs, and no longer", async () => {
    const rig = aRig();
    const { watch, signals } = aWatch(null);
    await lived(rig, watch);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
    );
  });

  it("does not wait for a server that is asked without an end", async () => {
    const rig = aRig();
    const watch: Watch = { ...aWatch(KNOWN).watch, follow: () => new Promise(() => undefined) };
    await lived(rig, watch);
    assert.ok(rig.clock.now() < NOON + 61_000);
  });

  it("notes in every chunk what is known of the clock", async () => {
    const rig = aRig();
    await lived(rig, aWatch(KNOWN).watch);
    const chunks = await storedChunks(rig);
    assert.ok(chunks.length > 3);
    for (const { notes } of chunks) assert.deepEqual(notes.clock, KNOWN);
  });

  it("logs figures of the clock, and why the server is left alone", async () => {
    const rig = aRig();
    await lived(rig, aWatch(KNOWN, "RATE").watch);
    const [line = assert.fail()] = rig.lines;
    assert.equal(line.clockKiss, "RATE");
    const { ClockOffsetMs, ClockStabilityMs, ClockJitterMs, ClockAnsweredPercent } = line.metrics;
    assert.deepEqual(
      [ClockOffsetMs, ClockStabilityMs, ClockJitterMs, ClockAnsweredPercent],
      [-10_000, 1, 0.5, 75],
    );
  });

  it("logs that nothing was answered, without figures", async () => {
    const rig = aRig();
    await lived(rig, aWatch(SILENT).watch);
    const [line = assert.fail()] = rig.lines;
    const clock = Object.entries(line.metrics).filter(([name]) => name.startsWith("Clock"));
    assert.deepEqual(clock, [["ClockAnsweredPercent", 0]]);
    assert.equal("clockKiss" in line, false);
  });

  for (const [what, watch] of [
    ["no server is configured", undefined],
    ["none has been asked yet", aWatch(null).watch],
  ] as const)
    it(`says nothing of the clock if ${what}`, async () => {
      const rig = aRig();
      await lived(rig, watch);
      for (const { notes } of await storedChunks(rig)) assert.equal("clock" in notes, false);
      const names = Object.keys(rig.lines[0]?.metrics ?? {});
      assert.deepEqual(
        names.filter((name) => name.startsWith("Clock")),
        [],
      );
    });
});

describe("answerRequest", () => {
  it("asks no time server, and notes what the term before knew", async () => {
    const rig = aRig();
    const { watch, signals } = aWatch(KNOWN);
    const services = await lived(rig, watch);
    const before = (await storedChunks(rig)).length;
    const request = { shard: 0, id: "one", atMs: rig.clock.now(), taskNames: ["a"] };
    await rig.clock.run(answerRequest(request, services));
    assert.equal(signals.length, 1);
    const chunks = await storedChunks(rig);
    assert.ok(chunks.length > before);
    for (const { notes } of chunks) assert.deepEqual(notes.clock, KNOWN);
  });
});
