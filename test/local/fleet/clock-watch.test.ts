import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ClockWatch, jumpSentence } from "../../../local/fleet/clock-watch.ts";

describe("ClockWatch", () => {
  const lookAfter = (passedMs: number, jumpMs: number) => {
    const time = { wallMs: 1e12, monotonicMs: 500 };
    const watch = new ClockWatch({ now: () => time.wallMs, monotonic: () => time.monotonicMs });
    time.wallMs += passedMs + jumpMs;
    time.monotonicMs += passedMs;
    return [watch.look(), watch.look()];
  };

  const JUMPS = [
    ["nothing while time passes", 5_000, 0, 0],
    ["nothing while the process stands still for an hour", 3_600_000, 0, 0],
    ["nothing when the clock is trimmed", 5_000, -2_000, 0],
    ["nothing when a leap second is smeared over a day", 86_400_000, -1_000, 0],
    ["a clock that was set back", 5_000, -3_600_000, -3_600_000],
    ["a clock that was set forward, or a suspend", 5_000, 40_000, 40_000],
  ] as const;
  for (const [what, passedMs, jumpMs, expected] of JUMPS) {
    test(`sees ${what}, once`, () => assert.deepEqual(lookAfter(passedMs, jumpMs), [expected, 0]));
  }
});

describe("jumpSentence", () => {
  const SENTENCES = [
    [
      -3_600_000,
      true,
      "The clock was set back by 1 h: checks go on at once, summaries with the next whole minute.",
    ],
    [-40_400, false, "The clock was set back by 40 s: checks go on when that has passed."],
    [
      3_900_000,
      false,
      "The clock went forward by 1 h 5 min, or this machine slept: the checks in between are missed.",
    ],
    [
      2 * 86_400_000 + 61_000,
      false,
      "The clock went forward by 2 d, or this machine slept: the checks in between are missed.",
    ],
  ] as const;
  for (const [jumpMs, isAhead, sentence] of SENTENCES) {
    test(`says of ${jumpMs} ms: ${sentence}`, () =>
      assert.equal(jumpSentence(jumpMs, isAhead), sentence));
  }
});
