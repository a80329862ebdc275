import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegionHealth } from "../../../shared/health/model.ts";
import { advanceByCheck, advanceByWindow } from "../../../shared/health/region-health.ts";
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

describe("advanceByCheck", () => {
  const needed = { failureThreshold: 3, successThreshold: 2 };
  const SINCE = NOON - 60_000;

  function health(status: RegionHealth["status"], streak: number): RegionHealth {
    const failingSinceMs = (status === "healthy") === (streak === 0) ? null : SINCE;
    return { ...INITIAL_HEALTH, status, streak, failingSinceMs };
  }

  /** Each status and each streak that it can have, and what one check makes of it. */
  const steps = [
    { from: ["healthy", 0], verdict: "passed", to: ["healthy", 0] },
    { from: ["healthy", 0], verdict: "failed", to: ["healthy", 1] },
    { from: ["healthy", 1], verdict: "passed", to: ["healthy", 0] },
    { from: ["healthy", 1], verdict: "failed", to: ["healthy", 2] },
    { from: ["healthy", 2], verdict: "passed", to: ["healthy", 0] },
    { from: ["healthy", 2], verdict: "failed", to: ["unhealthy", 0] },
    { from: ["unhealthy", 0], verdict: "passed", to: ["unhealthy", 1] },
    { from: ["unhealthy", 0], verdict: "failed", to: ["unhealthy", 0] },
    { from: ["unhealthy", 1], verdict: "passed", to: ["healthy", 0] },
    { from: ["unhealthy", 1], verdict: "failed", to: ["unhealthy", 0] },
  ] as const;
  for (const { from, verdict, to } of steps) {
    const before = health(from[0], from[1]);
    it(`takes ${from.join(" ")} to ${to.join(" ")} by a check that ${verdict}`, () => {
      const after = advanceByCheck(before, { verdict, lastSuccessAtMs: NOON }, needed);
      const failingSinceMs = verdict === "passed" ? null : (before.failingSinceMs ?? NOON);
      assert.deepEqual(after, { ...before, status: to[0], streak: to[1], failingSinceMs });
    });

    it(`leaves ${from.join(" ")} as the same object by a check that does not count`, () => {
      const check = { verdict: "uncounted", lastSuccessAtMs: NOON } as const;
      assert.equal(advanceByCheck(before, check, needed), before);
    });
  }

  it("turns at the first check with thresholds of one", () => {
    const one = { failureThreshold: 1, successThreshold: 1 };
    const failed = { verdict: "failed", lastSuccessAtMs: NOON } as const;
    const down = advanceByCheck(INITIAL_HEALTH, failed, one);
    assert.deepEqual([down.status, down.streak], ["unhealthy", 0]);
    const up = advanceByCheck(down, { ...failed, verdict: "passed" }, one);
    assert.deepEqual([up.status, up.streak], ["healthy", 0]);
  });

  it("keeps what it does not judge: the advisory and the standing", () => {
    const finding = {
      aspect: "latency",
      severity: "warning",
      rule: "avg_connect_time_ms",
    } as const;
    const standing = [{ ...finding, value: null, limit: null }];
    const before = { ...INITIAL_HEALTH, advised: true, standing };
    for (const verdict of ["passed", "failed"] as const) {
      const after = advanceByCheck(before, { verdict, lastSuccessAtMs: NOON }, needed);
      assert.equal(after.advised, true);
      assert.equal(after.standing, standing);
    }
  });

  it("folded over a window's checks is advanceByWindow, for every short window", () => {
    const letters = ["p", "f", "u", "m"];
    const shorts = letters.flatMap((a) =>
      letters.flatMap((b) => letters.flatMap((c) => letters.map((d) => `${a}${b}${c}${d}`))),
    );
    for (const short of shorts) {
      for (const from of [INITIAL_HEALTH, health("healthy", 2), health("unhealthy", 1)]) {
        const { checks } = regionWindow(short);
        let folded = from;
        for (const [i, { verdict }] of checks.entries()) {
          const before = checks.slice(0, i).findLast((check) => check.verdict === "passed");
          const lastSuccessAtMs = before?.slotAtMs ?? NOON;
          folded = advanceByCheck(folded, { verdict, lastSuccessAtMs }, DEFAULTS);
        }
        const window = { periodStartMs: NOON, checks };
        assert.deepEqual(advanceByWindow(from, window, DEFAULTS), folded, short);
      }
    }
  });
});
