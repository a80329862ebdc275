import type { DurationMs } from "../units.ts";

/** Up to here a code is the microseconds themselves. */
const EXACT = 1_000;

/** Codes of one power of ten: its three-digit numbers. */
const CODES = 900;
const LEAST_DIGITS = 100;

/**
 * A time as a small whole number from 0, in the order of the times: whole microseconds below a
 * millisecond, then three digits, so within half a percent.
 */
export function codeOfTime(timeMs: DurationMs): number {
  const microseconds = Math.round(timeMs * 1_000);
  if (microseconds < EXACT) return Math.max(0, microseconds);
  let power = 1;
  while (Math.round(microseconds / 10 ** power) >= EXACT) power++;
  return EXACT + (power - 1) * CODES + Math.round(microseconds / 10 ** power) - LEAST_DIGITS;
}

/** The time of a code. */
export function timeOfCode(code: number): DurationMs {
  if (code < EXACT) return code / 1_000;
  const power = Math.floor((code - EXACT) / CODES) + 1;
  const digits = ((code - EXACT) % CODES) + LEAST_DIGITS;
  return (digits * 10 ** power) / 1_000;
}
