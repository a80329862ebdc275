import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StallWatch } from "../../../../functions/probe/timing/watch-stalls.ts";

/** Ticks every 5 ms from 0 on, then stands still from 100 to 140. */
function aStall(): StallWatch {
  const stalls = new StallWatch({ tickMs: 5, limitMs: 6.5 });
  stalls.start(0);
  for (let atMs = 5; atMs <= 100; atMs += 5) stalls.see(atMs);
  stalls.see(140);
  return stalls;
}

describe("StallWatch", () => {
  it("counts each time that it was not shown the time for too long", () => {
    const stalls = aStall();
    assert.equal(stalls.count, 1);
    for (const atMs of [146.5, 153, 160]) stalls.see(atMs);
    assert.equal(stalls.count, 2);
  });

  it("takes an earlier time for no news", () => {
    const stalls = aStall();
    stalls.see(120);
    stalls.see(146);
    assert.equal(stalls.count, 1);
  });

  it("counts nothing while nobody shows it the time", () => {
    const stalls = aStall();
    stalls.stop();
    stalls.see(900);
    stalls.start(1_000);
    stalls.see(1_005);
    assert.equal(stalls.count, 1);
  });

  const CASES = [
    ["ended before the stall", 60, 80, false],
    ["ended within it, by a clock that went on", 90, 120, false],
    ["ended as it ended, which a stopped clock would say too", 90, 139.5, true],
    ["was found when it ended", 90, 140, true],
    ["was found right after it", 90, 141.9, true],
    ["went on well after it", 90, 170, false],
    ["began as it ended", 140, 141, false],
    ["began after it", 141, 141.5, false],
  ] as const;
  for (const [what, fromMs, toMs, isSpoilt] of CASES)
    it(`${isSpoilt ? "spoils" : "leaves alone"} a handshake that ${what}`, () => {
      assert.equal(aStall().spoils({ fromMs, toMs }), isSpoilt);
    });

  it("spoils nothing where there was no stall", () => {
    const stalls = new StallWatch({ tickMs: 5, limitMs: 6.5 });
    stalls.start(0);
    stalls.see(5);
    assert.equal(stalls.spoils({ fromMs: 1, toMs: 5 }), false);
  });
});
