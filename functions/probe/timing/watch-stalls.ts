import type { Timing } from "../../../shared/result/result.ts";
import type { DurationMs } from "../../../shared/units.ts";

/** How closely a process watches itself: it looks at the clock every `tickMs`. */
export interface Watch {
  readonly tickMs: DurationMs;
  /** Not seen alive for longer than this, it stood still: the most by which a figure may be off. */
  readonly limitMs: DurationMs;
}

/**
 * By who times the handshakes. The kernel errs only when the whole virtual CPU is stopped. This
 * process's own figure is off by as long as it is kept from looking, so it looks more often.
 */
export const WATCHES: Readonly<Record<Timing, Watch>> = {
  kernel: { tickMs: 5, limitMs: 6.5 },
  user: { tickMs: 1, limitMs: 1.8 },
};

/** What came in while the process stood still is found within this after it goes on. */
const CATCH_UP_MS: DurationMs = 2;

/** How far the end of a handshake that was put together from two clocks may be off. */
const END_PRECISION_MS: DurationMs = 1;

/** A span on the monotonic clock. */
export interface Span {
  readonly fromMs: DurationMs;
  readonly toMs: DurationMs;
}

/** Knows when this process, or the whole virtual CPU, stood still, by being shown the time often. */
export class StallWatch {
  readonly watch: Watch;
  #isOn = false;
  #seenAtMs: DurationMs = 0;
  #wentOnAtMs: DurationMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(watch: Watch) {
    this.watch = watch;
  }

  /** How often the process was seen to stand still, ever. */
  get count(): number {
    return this.#count;
  }

  /** From now on it is shown the time at least every tick. */
  start(nowMs: DurationMs): void {
    this.#isOn = true;
    this.#seenAtMs = nowMs;
  }

  stop(): void {
    this.#isOn = false;
  }

  /** The process is alive. A time before the last one says nothing new. */
  see(nowMs: DurationMs): void {
    if (!this.#isOn || nowMs < this.#seenAtMs) return;
    if (nowMs - this.#seenAtMs > this.watch.limitMs) {
      this.#count++;
      this.#wentOnAtMs = nowMs;
    }
    this.#seenAtMs = nowMs;
  }

  /**
   * Whether a handshake of this length may have ended while nobody could look. One that by its own
   * figure ended sooner was timed by a kernel that was awake; one that ended later, after the stall.
   */
  spoils({ fromMs, toMs }: Span): boolean {
    const goneOnMs = toMs - this.#wentOnAtMs;
    return fromMs < this.#wentOnAtMs && goneOnMs > -END_PRECISION_MS && goneOnMs < CATCH_UP_MS;
  }
}
