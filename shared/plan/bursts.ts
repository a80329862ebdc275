import { type DurationMs, SECOND_MS } from "../units.ts";

/**
 * How long before the next burst a message is to arrive: late enough to cost little, early enough for
 * a cold start and what the queue takes. Delays are whole seconds, so it is up to a second more.
 */
export const BURST_LEAD_MS: DurationMs = 2 * SECOND_MS;

/**
 * Gaps between two bursts that are shorter than this are waited for. A message costs as much as 1.7 s
 * of waiting at 128 MB, and 2 to 3 s are waited for all the same (docs/decisions/0067).
 */
export const LEAST_GAP_MS: DurationMs = 5 * SECOND_MS;
