import assert from "node:assert/strict";
import { test } from "node:test";
import { startsPerSecondFor } from "../../../shared/plan/pace.ts";

/**
 * Half of the memory's share of a CPU, which is whole at 1,769 MB, by 0.097 ms of CPU up to 256 MB and
 * 0.15 ms above 512 MB; between them as at 256 MB; 1,600 at most.
 */
const PACES: readonly (readonly [memoryMb: number, startsPerSecond: number])[] = [
  [128, 372.976],
  [256, 745.951],
  [257, 745.951],
  [512, 745.951],
  [513, 966.648],
  [849, 1_599.774],
  [850, 1_600],
  [1_769, 1_600],
  [3_008, 1_600],
];

for (const [memoryMb, startsPerSecond] of PACES) {
  test(`startsPerSecondFor ${memoryMb} MB is ${startsPerSecond}`, () => {
    assert.equal(Math.round(startsPerSecondFor(memoryMb) * 1_000) / 1_000, startsPerSecond);
  });
}
