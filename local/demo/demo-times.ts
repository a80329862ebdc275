import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";

/** Far enough from the minute's edges that one window is bad and the next one good. */
const DOWN_FROM_MS: DurationMs = 10 * SECOND_MS;
const DOWN_FOR_MS: DurationMs = 40 * SECOND_MS;
const EVERY_MS: DurationMs = 4 * MINUTE_MS;

/** When the flapping target is down next: in the first whole minute, then in every fourth. */
export function nextDownTime(
  startedAtMs: EpochMs,
  nowMs: EpochMs,
): { readonly downAtMs: EpochMs; readonly upAtMs: EpochMs } {
  const firstMs = Math.ceil(startedAtMs / MINUTE_MS) * MINUTE_MS + DOWN_FROM_MS;
  const rounds = Math.max(0, Math.ceil((nowMs - firstMs) / EVERY_MS));
  const downAtMs = firstMs + rounds * EVERY_MS;
  return { downAtMs, upAtMs: downAtMs + DOWN_FOR_MS };
}
