import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { isOver, mustWait } from "../../../functions/aggregate/close-windows.ts";
import type { RegionStores } from "../../../functions/aggregate/services/services.ts";
import { METRICS } from "../../../shared/contract.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { FakeChunkStore } from "../../fakes/stores.ts";
import { brokenAt } from "../plan/broken.ts";
import { hooked, minute, NOON, Rig } from "./rig.ts";

const WINDOW = { fromMs: NOON, toMs: minute(1) };

describe("isOver", () => {
  const CASES: readonly (readonly [afterEndMs: number, expected: boolean])[] = [
    [0, false],
    [19_999, false],
    [20_000, true],
    [3_600_000, true],
  ];
  for (const [afterEndMs, expected] of CASES) {
    it(`is ${expected} ${afterEndMs} ms after the window's end`, () => {
      assert.equal(isOver(WINDOW, WINDOW.toMs + afterEndMs), expected);
    });
  }
});

describe("mustWait", () => {
  const CASES: readonly (readonly [
    waitsAfterEndMs: number | null,
    afterEndMs: number,
    expected: boolean,
  ])[] = [
    [null, 20_000, false],
    [30_000, 29_999, true],
    [30_000, 30_000, false],
    [89_999, 89_998, true],
    [89_999, 89_999, false],
    [600_000, 89_999, true],
    [600_000, 90_000, false],
    [-1, 20_000, false],
  ];
  for (const [waits, afterEndMs, expected] of CASES) {
    const what = waits === null ? "if all have reported" : `if a slot may report until ${waits} ms`;
    it(`is ${expected} ${afterEndMs} ms after the window's end ${what}`, () => {
      const waitsUntilMs = waits === null ? null : WINDOW.toMs + waits;
      const reading = { window: WINDOW, waitsUntilMs };
      assert.equal(mustWait(reading, WINDOW.toMs + afterEndMs), expected);
    });
  }
});

/** A fleet that lived for three minutes and was then off. */
async function rigThatWasOff(): Promise<Rig> {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.live(3);
  return rig;
}

/** The tasks whose state moved on in a run at that time. */
async function judgedAt(rig: Rig, nowMs: number): Promise<number> {
  let count = 0;
  const progress = hooked(rig.progress, "markJudged", () => count++);
  await rig.run({ progress, now: () => nowMs });
  return count;
}

describe("closeReadyWindows", () => {
  // The watermark is minute(2), and the windows from minute(3) on have no check.
  it("judges windows without a check if the watermark is 150 s old", async () => {
    const rig = await rigThatWasOff();
    assert.equal(await judgedAt(rig, minute(2) + 150_000), 2);
  });

  it("judges no window without a check if the watermark is older: home was away too", async () => {
    const rig = await rigThatWasOff();
    assert.equal(await judgedAt(rig, minute(2) + 150_001), 1);
    assert.equal(rig.summaryOf("a", minute(3))?.overall.missedCount, 8);
  });

  it("closes no window that is over only since the run began", async () => {
    const rig = new Rig();
    await rig.plan([aTask("a")]);
    await rig.begin();
    for (let i = 0; i < 3; i++, rig.nowMs += MINUTE_MS) await rig.probe();
    let nowMs = minute(2) + 19_999;
    const summaries = hooked(rig.summaries, "putSummaries", () => {
      nowMs += 1;
    });
    await rig.run({ summaries, now: () => nowMs });
    assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(1));
  });

  const BEGUN: readonly (readonly [tookMs: number, windows: number])[] = [
    [37_999, 2],
    [38_000, 1],
  ];
  for (const [tookMs, windows] of BEGUN) {
    it(`closes ${windows} of 2 windows if the first took ${tookMs} ms`, async () => {
      const rig = new Rig();
      await rig.plan([aTask("a")]);
      await rig.begin();
      for (let i = 0; i < 3; i++, rig.nowMs += MINUTE_MS) await rig.probe();
      let nowMs = minute(2) + 20_000;
      const progress = hooked(rig.progress, "markJudged", () => {
        nowMs += tookMs;
      });
      await rig.run({ progress, now: () => nowMs });
      assert.equal(rig.summaries.all.length, windows);
    });
  }

  it("adds up the damaged chunks of all windows that it closes", async () => {
    const rig = new Rig(["eu"]);
    await rig.plan([aTask("a")]);
    await rig.begin();
    for (let i = 0; i < 3; i++, rig.nowMs += MINUTE_MS) await rig.probe();
    const { chunks } = rig.region("eu");
    assert.ok(chunks instanceof FakeChunkStore);
    chunks.damageChunk(0, NOON, 0);
    chunks.damageChunk(0, minute(1), 0);
    await rig.run({ now: () => minute(2) + 25_000 });
    assert.equal(rig.metrics[METRICS.aggregate.windows], 2);
    assert.equal(rig.metrics[METRICS.aggregate.damagedChunks], 2);
  });

  it("remembers the idle windows that it skipped even if the next one fails", async () => {
    const rig = new Rig(["eu"]);
    await rig.plan([aTask("a")]);
    await rig.begin();
    await rig.live(2);
    await rig.run();
    assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(2));
    rig.nowMs = minute(300);
    const progress = brokenAt(rig.progress, "beginWindow");
    await assert.rejects(rig.run({ progress }));
    assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(290));
  });

  it("asks a region that failed once no more in the same run, and each again in the next", async () => {
    const rig = await rigThatWasOff();
    for (let i = 0; i < 3; i++, rig.nowMs += MINUTE_MS) await rig.probe();
    let asked = 0;
    const us = rig.region("us");
    const chunks = {
      readChunks: () => {
        asked++;
        return Promise.reject(new Error("us is broken"));
      },
    };
    const regions = new Map<string, RegionStores>(rig.regions).set("us", { ...us, chunks });
    await rig.run({ regions });
    assert.ok(rig.summaries.all.length > 4, "several windows are closed");
    assert.equal(asked, 1);
    assert.deepEqual(rig.lines.at(-1)?.unreadable, [{ region: "us", reason: "Error" }]);
    await rig.run();
    assert.ok(rig.summaries.all.slice(2, -1).every(({ missingRegions }) => !missingRegions.length));
  });
});
