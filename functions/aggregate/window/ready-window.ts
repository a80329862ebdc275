import type { Interval } from "../../../shared/slot/slot.ts";
import {
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  startOfMinute,
} from "../../../shared/units.ts";

export const WINDOW_MS: DurationMs = MINUTE_MS;

/** Nothing is closed sooner after its end: the last flushes are on their way. */
export const GRACE_MS: DurationMs = 20 * SECOND_MS;

/** Nothing is waited for longer after a window's end; what comes later makes a new revision. */
export const PATIENCE_MS: DurationMs = 90 * SECOND_MS;

export function windowFrom(startMs: EpochMs): Interval {
  return { fromMs: startMs, toMs: startMs + WINDOW_MS };
}

/** Where a fleet's summaries begin: with the first whole minute that is still to come. */
export function firstWatermark(nowMs: EpochMs): EpochMs {
  const minute = startOfMinute(nowMs);
  return minute === nowMs ? nowMs : minute + WINDOW_MS;
}

export function isOver(window: Interval, nowMs: EpochMs): boolean {
  return nowMs >= window.toMs + GRACE_MS;
}

/** Whether a claimed slot of the window may still report, within our patience. */
export function mustWait(
  reading: { readonly window: Interval; readonly waitsUntilMs: EpochMs | null },
  nowMs: EpochMs,
): boolean {
  if (reading.waitsUntilMs === null || nowMs >= reading.window.toMs + PATIENCE_MS) return false;
  return nowMs < reading.waitsUntilMs;
}
