import { hash32 } from "../hash.ts";
import type { RetrySettings } from "../task/task.ts";
import type { DurationMs, EpochMs } from "../units.ts";

/** A check makes no more attempts than this, whatever its task says. */
export const MOST_ATTEMPTS = 10;

/** An attempt that has less time than this until its slot is over is not made. */
export const LEAST_ROOM_MS: DurationMs = 1_000;

const HASHES = 2 ** 32;

/** A check whose last attempt has failed. */
export interface FailedCheck {
  readonly name: string;
  readonly slotAtMs: EpochMs;
  /** How many attempts have failed, 1 or more. */
  readonly failedCount: number;
  /** How much time is left for attempts. */
  readonly leftMs: DurationMs;
}

/** How long a check waits before its next attempt; null if there is none. */
export function pauseBeforeRetry(settings: RetrySettings, check: FailedCheck): DurationMs | null {
  const { name, slotAtMs, failedCount, leftMs } = check;
  if (failedCount >= Math.min(settings.maxAttempts, MOST_ATTEMPTS)) return null;
  const share = hash32(`retry ${name} ${slotAtMs} ${failedCount}`) / HASHES;
  const pauseMs = backoffMs(settings, failedCount, share);
  return pauseMs + LEAST_ROOM_MS <= leftMs ? pauseMs : null;
}

/**
 * The pause after so many failed attempts, in whole milliseconds: it grows up to its cap, is made
 * longer or shorter by the jitter, and the cap holds after that too. `share`, from 0 to below 1, is
 * where in the range of the jitter it lies.
 */
export function backoffMs(
  { initialBackoffMs, multiplier, maxBackoffMs, jitter }: RetrySettings,
  failedCount: number,
  share: number,
): DurationMs {
  // A power beyond all numbers times an initial pause of 0 would be no number.
  const growth = Math.min(multiplier ** (failedCount - 1), Number.MAX_VALUE);
  const pauseMs = Math.min(initialBackoffMs * growth, maxBackoffMs);
  const jitteredMs = pauseMs * (1 + jitter * (2 * share - 1));
  return Math.min(Math.round(jitteredMs), maxBackoffMs);
}
