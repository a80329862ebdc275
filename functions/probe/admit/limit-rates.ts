import { shareOf, takeToken, USUAL_RATE_LIMIT } from "../../../shared/rate/rate.ts";
import type { RateLimit, Task } from "../../../shared/task/task.ts";
import type { DurationMs } from "../../../shared/units.ts";

/** Full buckets are forgotten when there are so many. */
const MOST_BUCKETS = 4_096;

/** What a plan says about limits. */
export interface RatePlan {
  /** Of tasks without one of their own; absent: the usual one. */
  readonly rateLimit?: RateLimit | undefined;
  /** By host name, among how many places its limit is divided; absent: one. */
  readonly crowded?: Readonly<Record<string, number>> | undefined;
}

/** When each destination's bucket is full again, on the monotonic clock. A process keeps it between terms. */
export type RateBook = Map<string, DurationMs>;

/** Where a check connects to. */
export interface Destination {
  readonly task: Task;
  /** The vetted literal. */
  readonly address: string;
}

/** Takes tokens of destinations: of the host name, and of the address with its port. */
export class RateLimiter {
  readonly #plan: RatePlan;
  readonly #book: RateBook;

  constructor(plan: RatePlan, book: RateBook) {
    this.#plan = plan;
    this.#book = book;
    if (book.size > MOST_BUCKETS) book.clear();
  }

  /** How long the check has to wait for its tokens; null, and none is taken, if that is longer than it can. */
  take(
    { task, address }: Destination,
    nowMs: DurationMs,
    longestMs: DurationMs,
  ): DurationMs | null {
    const { hostname, port } = task.target;
    const limit = task.rateLimit ?? this.#plan.rateLimit ?? USUAL_RATE_LIMIT;
    if (limit === "disabled") return 0;
    const places = this.#plan.crowded?.[hostname] ?? 1;
    const bucket = places === 1 ? limit : shareOf(limit, places);
    const place = `${address} ${port}`;
    const ofName = takeToken(this.#book.get(hostname), bucket, nowMs);
    const ofPlace = takeToken(this.#book.get(place), bucket, nowMs);
    const waitMs = Math.max(ofName.waitMs, ofPlace.waitMs);
    if (waitMs > longestMs) return null;
    this.#book.set(hostname, ofName.fullAtMs);
    this.#book.set(place, ofPlace.fullAtMs);
    return waitMs;
  }
}
