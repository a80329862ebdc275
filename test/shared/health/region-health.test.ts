import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegionHealth } from "../../../shared/health/model.ts";
import { advanceByWindow } from "../../../shared/health/region-health.ts";
import { INITIAL_HEALTH } from "../../../shared/health/task-state.ts";
import { DEFAULTS, NOON, regionWindow } from "./windows.ts";

function after(shorts: readonly string[], from: RegionHealth = INITIAL_HEALTH): RegionHealth {
  return shorts.reduce((health, short, minute) => {
    const periodStartMs = NOON + minute * 60_000;
    const { checks } = regionWindow(short, periodStartMs);
    return advanceByWindow(health, { periodStartMs, checks }, DEFAULTS);
  }, from);
}

describe("advanceByWindow", () => {
  const turns = [
    { of: ["pppp"], status: "healthy", streak: 0 },
    { of: ["ff"], status: "healthy", streak: 2 },
    { of: ["fff"], status: "unhealthy", streak: 0 },
    { of: ["ffpff"], status: "healthy", streak: 2 },
    { of: ["f", "f", "f"], status: "unhealthy", streak: 0 },
    { of: ["pf", "f", "pp"], status: "healthy", streak: 0 },
    { of: ["fuf", "muf"], status: "unhealthy", streak: 0 },
    { of: ["fffp"], status: "unhealthy", streak: 1 },
    { of: ["fffpfp"], status: "unhealthy", streak: 1 },
    { of: ["fffp", "p"], status: "healthy", streak: 0 },
    { of: ["fffp", "umu", "p"], status: "healthy", streak: 0 },
    { of: ["uuuuuu"], status: "healthy", streak: 0 },
  ] as const;
  for (const { of, status, streak } of turns) {
    it(`is ${status} with a streak of ${streak} after ${of.join(" | ")}`, () => {
      const health = after(of);
      assert.equal(health.status, status);
      assert.equal(health.streak, streak);
    });
  }

  const since = [
    { of: ["pppp"], sinceMs: null },
    { of: ["ffff"], sinceMs: NOON },
    { of: ["pfff"], sinceMs: NOON },
    { of: ["ppff"], sinceMs: NOON + 15_000 },
    { of: ["pppp", "ffff"], sinceMs: NOON + 60_000 },
    { of: ["ppff", "ffff", "mmmm"], sinceMs: NOON + 15_000 },
    { of: ["ffff", "fffp"], sinceMs: null },
    { of: ["uuuu"], sinceMs: null },
  ];
  for (const { of, sinceMs } of since) {
    it(`fails since ${sinceMs === null ? "never" : sinceMs - NOON} after ${of.join(" | ")}`, () => {
      assert.equal(after(of).failingSinceMs, sinceMs);
    });
  }
});
