import type { RateLimit } from "../task/task.ts";
import { type DurationMs, SECOND_MS } from "../units.ts";

/** A token bucket that exists. */
export type Bucket = Exclude<RateLimit, "disabled">;

/** The limit of a destination unless its task or the fleet has another one. */
export const USUAL_RATE_LIMIT: Bucket = { bucketSize: 100, refillRate: 50 };

/** The part of a limit that one of several places has: no place has less than a token at a time. */
export function shareOf({ bucketSize, refillRate }: Bucket, placeCount: number): Bucket {
  const places = Math.max(1, placeCount);
  return {
    bucketSize: Math.max(1, Math.floor(bucketSize / places)),
    refillRate: refillRate / places,
  };
}

/** A token that was taken. */
export interface Turn {
  /** How long it is until the token is there. */
  readonly waitMs: DurationMs;
  /** When the bucket would be full again, on the clock of `nowMs`. */
  readonly fullAtMs: DurationMs;
}

/**
 * Takes the next token of a bucket, also if it is there only later. Of a bucket nothing is kept but
 * the instant at which it would be full again, so that checks with different limits can share one
 * (the generic cell rate algorithm, ITU-T I.371). A bucket of which nothing is known is full.
 */
export function takeToken(
  lastFullAtMs: DurationMs | undefined,
  { bucketSize, refillRate }: Bucket,
  nowMs: DurationMs,
): Turn {
  const tokenMs = SECOND_MS / refillRate;
  const fullAtMs = Math.max(nowMs, lastFullAtMs ?? nowMs) + tokenMs;
  return { fullAtMs, waitMs: Math.max(0, fullAtMs - bucketSize * tokenMs - nowMs) };
}

/** Reads a fleet's limit as the environment and a manifest have it; null if it is none. */
export function parseRateLimit(value: unknown): RateLimit | null {
  if (value === "disabled") return value;
  const { bucketSize, refillRate }: Record<string, unknown> = Object(value);
  if (!isPositive(bucketSize) || !isPositive(refillRate) || bucketSize < 1) return null;
  return { bucketSize, refillRate };
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
