import assert from "node:assert/strict";
import { test } from "node:test";
import { startsPerSecondFor } from "../../../shared/plan/pace.ts";

/**
 * Half of the memory's share of a CPU, which is whole at 1,769 MB, by what a paced check costs:
 * 0.35 ms of CPU up to 256 MB, 0.25 ms up to 512 MB, 0.15 ms above; 1,600 at most.
 */
const PACES: readonly (readonly [memoryMb: number, startsPerSecond: number])[] = [
  [128, 103.368], // 0.5 × 128 / 1,769 / 0.00035
  [256, 206.735], // 0.5 × 256 / 1,769 / 0.00035
  [257, 290.56], // 0.5 × 257 / 1,769 / 0.00025
  [512, 578.858], // 0.5 × 512 / 1,769 / 0.00025
  [513, 966.648], // 0.5 × 513 / 1,769 / 0.00015
  [849, 1_599.774], // 0.5 × 849 / 1,769 / 0.00015
  [850, 1_600], // 1,601.658 without the limit
  [1_769, 1_600],
  [3_008, 1_600],
];

for (const [memoryMb, startsPerSecond] of PACES) {
  test(`startsPerSecondFor ${memoryMb} MB is ${startsPerSecond}`, () => {
    assert.equal(Math.round(startsPerSecondFor(memoryMb) * 1_000) / 1_000, startsPerSecond);
  });
}
