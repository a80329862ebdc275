import type { DurationMs } from "../../../shared/units.ts";

/** A connection that waits for its peer's FIN. */
export interface Closing {
  /** It has waited long enough; it then leaves the sweep by itself. */
  waitedEnough(): void;
}

/**
 * Ends the wait of each connection whose peer does not close. One timer serves all: most peers close
 * at once, and a timer for each connection is made and removed for nothing.
 */
export class ClosingSweep {
  readonly #now: () => DurationMs;
  /** Until when each may wait, by that clock. */
  readonly #untilMs = new Map<Closing, DurationMs>();
  #timer: NodeJS.Timeout | undefined;
  #firesAtMs: DurationMs = Number.POSITIVE_INFINITY;

  /** `now` is the monotonic clock. */
  constructor(now: () => DurationMs) {
    this.#now = now;
  }

  add(closing: Closing, waitMs: DurationMs): void {
    const untilMs = this.#now() + waitMs;
    this.#untilMs.set(closing, untilMs);
    if (untilMs < this.#firesAtMs) this.#arm(untilMs);
  }

  delete(closing: Closing): void {
    this.#untilMs.delete(closing);
  }

  #arm(untilMs: DurationMs): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = untilMs;
    const waitMs = Math.max(0, Math.ceil(untilMs - this.#now()));
    // Timers run before sockets are polled: after a stall, a FIN that came in time is still to be found.
    this.#timer = setTimeout(() => setImmediate(() => this.#sweep()), waitMs);
    // Open sockets keep the process running; an old timer does not.
    this.#timer.unref();
  }

  #sweep(): void {
    const nowMs = this.#now();
    this.#firesAtMs = Number.POSITIVE_INFINITY;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [closing, untilMs] of this.#untilMs) {
      if (untilMs <= nowMs) closing.waitedEnough();
      else nextMs = Math.min(nextMs, untilMs);
    }
    if (nextMs < this.#firesAtMs) this.#arm(nextMs);
  }
}
