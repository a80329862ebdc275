import { type DurationMs, type EpochMs, MINUTE_MS } from "../../shared/units.ts";

/** What fails again so soon after it worked is tried less and less often. */
const SOON_MS: DurationMs = MINUTE_MS;
const LONGEST_PAUSE_MS: DurationMs = 5 * MINUTE_MS;

/** When something that failed is tried again. Time is passed in. */
export class RetryPace {
  readonly #shortestMs: DurationMs;
  #pauseMs: DurationMs;
  #workedAtMs: EpochMs = 0;
  #dueAtMs: EpochMs = 0;

  constructor(shortestMs: DurationMs) {
    this.#shortestMs = shortestMs;
    this.#pauseMs = shortestMs;
  }

  /** It fails from now on. */
  begin(nowMs: EpochMs): void {
    const isSoon = nowMs - this.#workedAtMs < SOON_MS;
    this.#pauseMs = isSoon ? Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS) : this.#shortestMs;
    this.postpone(nowMs);
  }

  /** It was tried, and failed. */
  postpone(nowMs: EpochMs): void {
    this.#dueAtMs = nowMs + this.#pauseMs;
  }

  /** It works again. */
  end(nowMs: EpochMs): void {
    this.#workedAtMs = nowMs;
  }

  isDue(nowMs: EpochMs): boolean {
    return nowMs >= this.#dueAtMs;
  }
}
