import assert from "node:assert/strict";
import { test } from "node:test";
import { showMs, showPercent, showPeriod } from "../../../cli/show/figures.ts";

test("figures have the unit that fits", () => {
  assert.deepEqual(
    [0.0312, 9.9994, 12.34, 250.6, 1_250, null].map((ms) => showMs(ms)),
    ["0.031 ms", "9.999 ms", "12.3 ms", "251 ms", "1.25 s", "-"],
  );
  assert.deepEqual(
    [15_000, 60_000, 90_000, 3_600_000].map((ms) => showPeriod(ms)),
    ["15 s", "1 min", "90 s", "1 h"],
  );
  assert.deepEqual(
    [0, 33.333, 100, null].map((share) => showPercent(share)),
    ["0 %", "33.3 %", "100 %", "-"],
  );
});
