import type { JudgedCheck } from "../summary/summary.ts";
import type { EpochMs } from "../units.ts";
import type { RegionHealth } from "./model.ts";
import type { AlertPolicy } from "./rules/rules.ts";

type Thresholds = Pick<AlertPolicy, "failureThreshold" | "successThreshold">;

/** Checks of one window, in order of their slots. */
interface WindowChecks {
  readonly periodStartMs: EpochMs;
  readonly checks: readonly JudgedCheck[];
}

/** Moves a region's health by a window's checks. What is uncounted or missed moves nothing. */
export function advanceHealth(
  health: RegionHealth,
  { periodStartMs, checks }: WindowChecks,
  needed: Thresholds,
): RegionHealth {
  let next = health;
  let succeededAtMs = periodStartMs;
  for (const { verdict, slotAtMs } of checks) {
    if (verdict === "uncounted") continue;
    const passed = verdict === "passed";
    if (passed) succeededAtMs = slotAtMs;
    const failingSinceMs = passed ? null : (next.failingSinceMs ?? succeededAtMs);
    next = { ...turn(next, passed, needed), failingSinceMs };
  }
  return next;
}

/** One check more: `needed` equal verdicts in a row turn the status. */
function turn(health: RegionHealth, passed: boolean, needed: Thresholds): RegionHealth {
  if (passed === (health.status === "healthy")) return { ...health, streak: 0 };
  const streak = health.streak + 1;
  if (streak < (passed ? needed.successThreshold : needed.failureThreshold)) {
    return { ...health, streak };
  }
  return { ...health, status: passed ? "healthy" : "unhealthy", streak: 0 };
}
