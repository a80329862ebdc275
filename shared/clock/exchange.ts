import type { DurationMs, EpochMs } from "../units.ts";

/** One question and its answer, by the four timestamps of RFC 5905, section 8. */
export interface Exchange {
  /** T1 and T4, by our clock. */
  readonly askedAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
  /** T2 and T3, by the server's. */
  readonly arrivedAtMs: EpochMs;
  readonly answeredAtMs: EpochMs;
}

/** What one exchange says of our clock. */
export interface Sample {
  /** What must be added to our clock: above 0 if it is behind. True to within half the round trip. */
  readonly offsetMs: DurationMs;
  /** The time on the way, without that in the server. */
  readonly roundTripMs: DurationMs;
}

/** Clocks that count milliseconds make a quick server seem to have held a question longer than we waited. */
const ROUNDING_MS: DurationMs = 2;

/** What an exchange says; null if the server says that it held the question for longer than we waited. */
export function sampleOf(exchange: Exchange): Sample | null {
  const { askedAtMs, arrivedAtMs, answeredAtMs, receivedAtMs } = exchange;
  const heldMs = answeredAtMs - arrivedAtMs;
  const roundTripMs = receivedAtMs - askedAtMs - heldMs;
  if (heldMs < 0 || roundTripMs < -ROUNDING_MS) return null;
  const offsetMs = (arrivedAtMs - askedAtMs + (answeredAtMs - receivedAtMs)) / 2;
  return { offsetMs, roundTripMs: Math.max(0, roundTripMs) };
}
