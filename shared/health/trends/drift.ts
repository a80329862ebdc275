import type { DurationMs } from "../../units.ts";
import type { Drift } from "./model.ts";

/** The share of failures that is no trouble, from 0 to 1. */
export const SOUND_SHARE = 0.02;

/** The share of failures that the drift looks for: between one of eight and one of six. */
const LOSSY_SHARE = 0.15;

/** The evidence of one failure and of one pass: the logarithms of their likelihood ratios. */
const FAILED = Math.log(LOSSY_SHARE / SOUND_SHARE);
const PASSED = Math.log((1 - LOSSY_SHARE) / (1 - SOUND_SHARE));

/** More than this is not remembered, so that a long trouble is over as soon as a short one. */
const MAX_SUM = 12;

/** Checks that are closer together see the same burst, so each of them weighs less. */
const INDEPENDENT_AFTER_MS: DurationMs = 15_000;

/**
 * While a task is degraded a pass weighs half, up to a check a minute: a steady loss of 5 % then is
 * one alert that stays, instead of some a day. Slower schedules make fewer alerts, and would need
 * half a day to close.
 */
const WEIGHT_WHILE_DEGRADED = 0.5;
const SLOWEST_WEIGHTED_MS: DurationMs = 60_000;

/** A task is degraded from this sum on, beside the worst region's. */
const OPEN_SUM = 10;

/** It is not degraded any more when the sum has been below this for half an hour. */
const CLOSE_SUM = 2.5;

/** Under which conditions a check is weighed. */
export interface Weighing {
  readonly scheduleMs: DurationMs;
  readonly isDegraded: boolean;
}

/** A region's drift after one more check: a CUSUM (Page, 1954) between two shares of failures. */
export function driftAfter(drift: Drift | null, passed: boolean, by: Weighing): Drift | null {
  const before = drift ?? { sum: 0, failedCount: 0, checkCount: 0 };
  const sum = Math.min(MAX_SUM, before.sum + evidenceOf(passed, by));
  if (sum <= 0) return null;
  return {
    sum,
    failedCount: before.failedCount + (passed ? 0 : 1),
    checkCount: before.checkCount + 1,
  };
}

function evidenceOf(passed: boolean, { scheduleMs, isDegraded }: Weighing): number {
  const weight = Math.min(1, scheduleMs / INDEPENDENT_AFTER_MS);
  if (!passed) return weight * FAILED;
  const isHalved = isDegraded && scheduleMs <= SLOWEST_WEIGHTED_MS;
  return weight * PASSED * (isHalved ? WEIGHT_WHILE_DEGRADED : 1);
}

/** The drift of all regions together, and what it means. */
export interface Course {
  /** Large enough to call the task degraded. */
  readonly isLarge: boolean;
  /** Small enough to call it well, if that lasts. */
  readonly isSmall: boolean;
}

/**
 * Adds the sums of the regions up, without the worst one's if there are several: one broken path is
 * no trouble of the target.
 */
export function courseOf(sums: readonly number[]): Course {
  const total = sums.reduce((sum, each) => sum + each, 0);
  const drift = sums.length < 2 ? total : total - Math.max(...sums);
  const scale = sums.length < 4 ? 1 : (sums.length - 1) / 2;
  return { isLarge: drift >= OPEN_SUM * scale, isSmall: drift < CLOSE_SUM * scale };
}

/** Whether a region's own drift speaks for a task that is degraded. */
export function isDrifting(drift: Drift | null): boolean {
  return drift !== null && drift.sum >= CLOSE_SUM;
}
