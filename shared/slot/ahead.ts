import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../units.ts";

/**
 * What is stored or planned for an instant further ahead than this was not of this clock: it was set
 * back since, or another one is fast. By the same clock a lease is at most 90 s ahead, and anything
 * else at most a minute. A clock set back by less is waited for.
 */
export const AHEAD_TOLERANCE_MS: DurationMs = 2 * MINUTE_MS;

/** Whoever waits for an instant looks at the clock this often, because it may have been set. */
export const CLOCK_LOOK_MS: DurationMs = 5 * SECOND_MS;

/** Whether an instant is so far ahead of `nowMs` that it is of another clock (docs/decisions/0019). */
export function isAhead(atMs: EpochMs, nowMs: EpochMs): boolean {
  return atMs - nowMs > AHEAD_TOLERANCE_MS;
}
