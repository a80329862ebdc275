import {
  type InputTable,
  type Range,
  readNumber,
  readTable,
  readWhole,
  refuseUnknown,
  requireField,
} from "../../input/input.ts";
import type { RetrySettings } from "./deep-check.ts";

/** The retries of a task that says only how many attempts there are. */
export const USUAL_RETRY: Omit<RetrySettings, "maxAttempts"> = {
  initialBackoffMs: 100,
  multiplier: 2,
  maxBackoffMs: 30_000,
  jitter: 0.1,
};

const RETRY_FIELDS = [
  "max_attempts",
  "initial_backoff_ms",
  "multiplier",
  "max_backoff_ms",
  "jitter",
];

const ATTEMPTS_RANGE: Range = [1, 10];
const BACKOFF_RANGE: Range = [1, 60_000];
const MULTIPLIER_RANGE: Range = [1, 10];
const JITTER_RANGE: Range = [0, 1];

/** Reads `retry`. One attempt is the same as no retry. */
export function readRetry(item: InputTable): RetrySettings | undefined {
  const retry = readTable(item, "retry");
  if (retry === undefined) return undefined;
  refuseUnknown(retry, RETRY_FIELDS, "retry");
  requireField(retry, "max_attempts");
  const maxAttempts = readWhole(retry, "max_attempts", ATTEMPTS_RANGE) ?? 1;
  const initial = readWhole(retry, "initial_backoff_ms", BACKOFF_RANGE);
  const most = readWhole(retry, "max_backoff_ms", BACKOFF_RANGE);
  const settings = {
    maxAttempts,
    initialBackoffMs: initial ?? USUAL_RETRY.initialBackoffMs,
    multiplier: readNumber(retry, "multiplier", MULTIPLIER_RANGE) ?? USUAL_RETRY.multiplier,
    maxBackoffMs: most ?? USUAL_RETRY.maxBackoffMs,
    jitter: readNumber(retry, "jitter", JITTER_RANGE) ?? USUAL_RETRY.jitter,
  };
  refuseOddBackoff(retry, settings);
  return maxAttempts === 1 ? undefined : settings;
}

function refuseOddBackoff(retry: InputTable, settings: RetrySettings): void {
  const { initialBackoffMs, maxBackoffMs } = settings;
  if (initialBackoffMs <= maxBackoffMs) return;
  const rule = `must be at most max_backoff_ms, ${maxBackoffMs}`;
  retry.report(`${retry.path}initial_backoff_ms`, rule, initialBackoffMs);
}
