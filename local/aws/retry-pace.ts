import { type DurationMs, MINUTE_MS } from "../../shared/units.ts";

/** What fails again so soon after it worked is tried less and less often. */
const SOON_MS: DurationMs = MINUTE_MS;
const LONGEST_PAUSE_MS: DurationMs = 5 * MINUTE_MS;

/** When something that failed is tried again. Time is passed in, by a clock that nobody sets. */
export class RetryPace {
  readonly #shortestMs: DurationMs;
  #pauseMs: DurationMs;
  #workedAtMs: DurationMs = Number.NEGATIVE_INFINITY;
  #dueAtMs: DurationMs = 0;

  constructor(shortestMs: DurationMs) {
    this.#shortestMs = shortestMs;
    this.#pauseMs = shortestMs;
  }

  /** It fails from now on. */
  begin(nowMs: DurationMs): void {
    const isSoon = nowMs - this.#workedAtMs < SOON_MS;
    this.#pauseMs = isSoon ? Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS) : this.#shortestMs;
    this.postpone(nowMs);
  }

  /** It was tried, and failed. */
  postpone(nowMs: DurationMs): void {
    this.#dueAtMs = nowMs + this.#pauseMs;
  }

  /** It works again. */
  end(nowMs: DurationMs): void {
    this.#workedAtMs = nowMs;
  }

  isDue(nowMs: DurationMs): boolean {
    return nowMs >= this.#dueAtMs;
  }
}
