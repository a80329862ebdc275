import { type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

const FIRST_MS: DurationMs = 2 * SECOND_MS;
const LONGEST_MS: DurationMs = 5 * MINUTE_MS;

/** A service that asks for more patience than this is asked again all the same. */
const LONGEST_WISH_MS: DurationMs = HOUR_MS;

/** How long to wait after so many failures in a row. `random` is from 0 up to 1: many must not return at once. */
export function backoffMs(failureCount: number, random: number): DurationMs {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(20, Math.max(0, failureCount - 1)));
  return Math.round(ms * (0.8 + 0.4 * random));
}

/** The wish of a service, within limits. */
export function wishedMs(retryAfterMs: DurationMs | null): DurationMs {
  return Math.min(LONGEST_WISH_MS, Math.max(0, retryAfterMs ?? 0));
}
