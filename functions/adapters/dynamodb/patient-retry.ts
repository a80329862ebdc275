import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DurationMs } from "../../../shared/units.ts";

/** How long a throttled request waits in all before it fails. */
const PATIENCE_MS: DurationMs = 20_000;

const FIRST_DELAY_MS: DurationMs = 50;
const LONGEST_DELAY_MS: DurationMs = 1_000;

type Provided = Awaited<ReturnType<DynamoDBClient["config"]["retryStrategy"]>>;
type RetryStrategy = Extract<Provided, { recordSuccess: unknown }>;
type Token = Awaited<ReturnType<RetryStrategy["acquireInitialRetryToken"]>>;

/** A token of a request that a table has throttled. */
interface PatientToken extends Token {
  /** What the SDK gave for the request's other failures. */
  readonly standard: Token;
  readonly throttledCount: number;
  readonly waitedMs: DurationMs;
}

/** How much longer a throttled request may wait now, beside the limit that each has. */
export type LeftPatience = () => DurationMs;

/**
 * Makes a client send a throttled request again until it has waited for `PATIENCE_MS`, or for as long as
 * there is time. The SDK gives up after four attempts, and sooner if many requests are throttled; but a
 * table takes its thousand units a second from each partition for as long as that needs. Other failures
 * stay with the SDK.
 */
export function retryPatiently({ config }: DynamoDBClient, leftMs: LeftPatience): void {
  const provide = config.retryStrategy;
  config.retryStrategy = async () => {
    const standard = await provide();
    return "recordSuccess" in standard ? new PatientRetry(standard, leftMs) : standard;
  };
}

class PatientRetry implements RetryStrategy {
  readonly #standard: RetryStrategy;
  readonly #leftMs: LeftPatience;

  constructor(standard: RetryStrategy, leftMs: LeftPatience) {
    this.#standard = standard;
    this.#leftMs = leftMs;
  }

  acquireInitialRetryToken(scope: string): Promise<Token> {
    return this.#standard.acquireInitialRetryToken(scope);
  }

  async refreshRetryTokenForRetry(
    token: Token,
    error: Parameters<RetryStrategy["refreshRetryTokenForRetry"]>[1],
  ): Promise<Token> {
    if (error.errorType !== "THROTTLING")
      return this.#standard.refreshRetryTokenForRetry(standardOf(token), error);
    const before = isPatient(token) ? token : null;
    const hasWaited = before !== null && before.waitedMs >= PATIENCE_MS;
    if (hasWaited || this.#leftMs() <= 0) throw error.error;
    return patientToken(standardOf(token), before);
  }

  recordSuccess(token: Token): void {
    this.#standard.recordSuccess(standardOf(token));
  }
}

function isPatient(token: Token): token is PatientToken {
  return "throttledCount" in token;
}

function standardOf(token: Token): Token {
  return isPatient(token) ? token.standard : token;
}

/** Delays are random, so that requests that were refused together come back one by one. */
function patientToken(standard: Token, before: PatientToken | null): PatientToken {
  const throttledCount = (before?.throttledCount ?? 0) + 1;
  const longestMs = Math.min(FIRST_DELAY_MS * 2 ** (throttledCount - 1), LONGEST_DELAY_MS);
  const delayMs = Math.ceil(((1 + Math.random()) * longestMs) / 2);
  return {
    standard,
    throttledCount,
    waitedMs: (before?.waitedMs ?? 0) + delayMs,
    getRetryCount: () => standard.getRetryCount() + throttledCount,
    getRetryDelay: () => delayMs,
  };
}
