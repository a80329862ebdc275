import type { EpochMs } from "../../../shared/units.ts";
import { backoffMs } from "./backoff.ts";

/** How a target answers. After some failures in a row it is open: one attempt at a time, now and then. */
export interface Breaker {
  readonly failureCount: number;
  readonly isOpen: boolean;
  /** While it is open, the next attempt is made then. */
  readonly probeAtMs: EpochMs;
}

/** A target that answers. */
export const CLOSED: Breaker = { failureCount: 0, isOpen: false, probeAtMs: 0 };

const OPENS_AFTER = 5;

/** The breaker after a failure at `nowMs`. */
export function breakAfter(breaker: Breaker, nowMs: EpochMs, random: number): Breaker {
  const failureCount = breaker.failureCount + 1;
  const isOpen = failureCount >= OPENS_AFTER;
  return { failureCount, isOpen, probeAtMs: nowMs + backoffMs(failureCount, random) };
}
