import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DurationMs } from "../../../shared/units.ts";

/** How a throttled request waits. */
export interface Waiting {
  /** In all, before it fails. */
  readonly patienceMs: DurationMs;
  /** Before it is sent again; the delay doubles from the first to the longest. */
  readonly firstDelayMs: DurationMs;
  readonly longestDelayMs: DurationMs;
  /** How much longer it may wait now, beside its patience. */
  readonly leftMs: () => DurationMs;
}

const FLEETS_OWN: Waiting = {
  patienceMs: 20_000,
  firstDelayMs: 50,
  longestDelayMs: 1_000,
  leftMs: () => Number.POSITIVE_INFINITY,
};

/** An operator who reads a lot is slowed down, and the fleet's own requests find room first. */
export const GIVING_WAY: Partial<Waiting> = {
  patienceMs: 300_000,
  firstDelayMs: 1_000,
  longestDelayMs: 10_000,
};

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

/**
 * Makes a client send a throttled request again until its patience or its time is over. The SDK gives
 * up after four attempts, and sooner if many requests are throttled; but a table takes its thousand
 * units a second from each partition for as long as that needs. Other failures stay with the SDK.
 */
export function retryPatiently({ config }: DynamoDBClient, waiting: Partial<Waiting>): void {
  const provide = config.retryStrategy;
  config.retryStrategy = async () => {
    const standard = await provide();
    return "recordSuccess" in standard
      ? new PatientRetry(standard, { ...FLEETS_OWN, ...waiting })
      : standard;
  };
}

class PatientRetry implements RetryStrategy {
  readonly #standard: RetryStrategy;
  readonly #waiting: Waiting;

  constructor(standard: RetryStrategy, waiting: Waiting) {
    this.#standard = standard;
    this.#waiting = waiting;
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
    const { patienceMs, leftMs } = this.#waiting;
    if ((before?.waitedMs ?? 0) >= patienceMs || leftMs() <= 0) throw error.error;
    return patientToken(standardOf(token), before, this.#waiting);
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
function patientToken(
  standard: Token,
  before: PatientToken | null,
  { firstDelayMs, longestDelayMs: mostMs }: Waiting,
): PatientToken {
  const throttledCount = (before?.throttledCount ?? 0) + 1;
  const longestMs = Math.min(firstDelayMs * 2 ** (throttledCount - 1), mostMs);
  const delayMs = Math.ceil(((1 + Math.random()) * longestMs) / 2);
  return {
    standard,
    throttledCount,
    waitedMs: (before?.waitedMs ?? 0) + delayMs,
    getRetryCount: () => standard.getRetryCount() + throttledCount,
    getRetryDelay: () => delayMs,
  };
}
