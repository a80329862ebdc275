import type { JudgedCheck } from "../summary/summary.ts";
import type { EpochMs } from "../units.ts";
import type { RegionHealth } from "./model.ts";
import type { AlertPolicy } from "./rules/rules.ts";

/** Equal verdicts in a row that turn a region's status. */
export type HealthThresholds = Pick<AlertPolicy, "failureThreshold" | "successThreshold">;

/** One check of a region, as far as health looks at it. */
export interface HealthCheck extends Pick<JudgedCheck, "verdict"> {
  /** The last success before it, or the earliest instant that the caller knows of. */
  readonly lastSuccessAtMs: EpochMs;
}

/** Moves a region's health by one check. A check that does not count moves nothing. */
export function advanceByCheck(
  health: RegionHealth,
  { verdict, lastSuccessAtMs }: HealthCheck,
  needed: HealthThresholds,
): RegionHealth {
  if (verdict === "uncounted") return health;
  const passed = verdict === "passed";
  const failingSinceMs = passed ? null : (health.failingSinceMs ?? lastSuccessAtMs);
  if (passed === (health.status === "healthy")) return { ...health, failingSinceMs, streak: 0 };
  const streak = health.streak + 1;
  if (streak < (passed ? needed.successThreshold : needed.failureThreshold)) {
    return { ...health, failingSinceMs, streak };
  }
  return { ...health, failingSinceMs, status: passed ? "healthy" : "unhealthy", streak: 0 };
}

/** Checks of one window, in order of their slots. */
interface WindowChecks {
  readonly periodStartMs: EpochMs;
  readonly checks: readonly JudgedCheck[];
}

/** Moves a region's health by a window's checks, one after the other. Missed checks move nothing. */
export function advanceByWindow(
  health: RegionHealth,
  { periodStartMs, checks }: WindowChecks,
  needed: HealthThresholds,
): RegionHealth {
  let next = health;
  let lastSuccessAtMs = periodStartMs;
  for (const { verdict, slotAtMs } of checks) {
    next = advanceByCheck(next, { verdict, lastSuccessAtMs }, needed);
    if (verdict === "passed") lastSuccessAtMs = slotAtMs;
  }
  return next;
}
