import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HomeTeller } from "../../../../functions/probe/lease/tell-home.ts";
import type { Turn } from "../../../../shared/request/request.ts";
import type { ProbeResult } from "../../../../shared/result/result.ts";
import { aFailure, aTask } from "../../../fakes/results.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";
import { NOON } from "../rig.ts";

/** A teller whose flushes are stored so long after they began. */
function aTeller(storeMs = 0, hintMs = 0) {
  const clock = new VirtualClock(NOON);
  const flushes: number[] = [];
  const hints: number[] = [];
  let unstored: ProbeResult[] = [];
  const flush = async () => {
    flushes.push(clock.monotonic());
    const results = unstored;
    unstored = [];
    await clock.sleep(storeMs);
    teller.stored(results);
  };
  const named: (readonly string[] | null)[] = [];
  const hint = async (turns: readonly Turn[] | null) => {
    hints.push(clock.monotonic());
    named.push(turns?.map(({ task }) => task.name) ?? null);
    await clock.sleep(hintMs);
  };
  const teller = new HomeTeller({ clock, flush: () => void flush(), hint });
  const tell = (result = aFailure(), turn: Turn | null = null) => {
    unstored.push(result);
    teller.tell(result, turn);
  };
  const wait = (ms: number) => clock.run(clock.sleep(ms));
  return { clock, teller, tell, wait, flushes, hints, named };
}

describe("HomeTeller", () => {
  it("hints when what it tells is stored, not before", async () => {
    const { tell, wait, flushes, hints } = aTeller(500);
    tell();
    await wait(2_000);
    assert.deepEqual([flushes, hints], [[100], [600]]);
  });

  it("flushes and hints once for what comes in one moment, and at most once a second", async () => {
    const { tell, wait, flushes, hints } = aTeller();
    for (let ms = 0; ms < 3_000; ms += 10) {
      tell();
      await wait(10);
    }
    await wait(2_000);
    assert.deepEqual(flushes, [100, 1_100, 2_100, 3_100]);
    assert.deepEqual(hints, [100, 1_100, 2_100, 3_100]);
  });

  it("names what turned since its last hint, unless it is much or home needs a result anyway", async () => {
    const { tell, wait, named } = aTeller();
    const turn = (name: string) => tell(aFailure(), { task: aTask(name), isDown: true });
    for (const names of [["a", "b"], ["c"], Array.from({ length: 21 }, (_, i) => `many ${i}`)]) {
      names.forEach(turn);
      await wait(1_500);
    }
    turn("d");
    tell();
    await wait(1_500);
    turn("e");
    await wait(1_500);
    assert.deepEqual(named, [["a", "b"], ["c"], null, null, ["e"]]);
  });

  it("hints for nothing else that is stored", async () => {
    const { teller, wait, flushes, hints } = aTeller();
    teller.storeSoon();
    teller.stored([aFailure()]);
    await wait(1_000);
    assert.deepEqual([flushes, hints], [[100], []]);
  });

  it("hints once for a result that is stored twice", async () => {
    const { teller, tell, wait, hints } = aTeller();
    const result = aFailure();
    tell(result);
    await wait(2_000);
    teller.stored([result]);
    await wait(2_000);
    assert.equal(hints.length, 1);
  });

  it("sends in the end what waits for its second, and waits for it", async () => {
    const { clock, teller, tell, wait, hints } = aTeller(0, 50);
    tell();
    await wait(150);
    const result = aFailure();
    teller.tell(result, null);
    teller.stored([result]);
    await clock.run(teller.finish());
    assert.deepEqual(hints, [100, 150]);
    assert.equal(clock.monotonic(), 200);
  });

  it("waits no longer than 2 s for a hint, and not at all without one", async () => {
    const slow = aTeller(0, 60_000);
    slow.tell();
    await slow.wait(150);
    await slow.clock.run(slow.teller.finish());
    assert.equal(slow.clock.monotonic(), 2_150);
    const idle = aTeller();
    await idle.clock.run(idle.teller.finish());
    assert.equal(idle.clock.monotonic(), 0);
  });
});
