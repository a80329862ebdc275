import assert from "node:assert/strict";
import { test } from "node:test";
import { showLength, showSince } from "../../shared/units.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

const LENGTHS: readonly (readonly [number, string])[] = [
  [0, "0 s"],
  [999, "0 s"],
  [SECOND, "1 s"],
  [MINUTE - 1, "59 s"],
  [MINUTE, "1 min"],
  [12 * MINUTE + 45 * SECOND, "12 min"],
  [HOUR - 1, "59 min"],
  [HOUR, "1 h"],
  [3 * HOUR + 5 * MINUTE + 59 * SECOND, "3 h 5 min"],
  [DAY - 1, "23 h 59 min"],
  [DAY, "1 d"],
  [3 * DAY + 4 * HOUR + 59 * MINUTE, "3 d 4 h"],
  [400 * DAY + 59 * MINUTE, "400 d"],
];

test("showLength has at most two units, cut to whole ones", () => {
  for (const [ms, words] of LENGTHS) assert.equal(showLength(ms), words);
});

test("showSince counts from an instant, and never below nothing", () => {
  assert.equal(showSince(10 * MINUTE, 22 * MINUTE), "12 min");
  assert.equal(showSince(MINUTE, 0), "0 s");
});
