import type { Timing } from "../../../shared/result/result.ts";
import type { DurationMs } from "../../../shared/units.ts";

/** How closely a process watches itself. */
export interface Watch {
  /** It looks at the clock this often. */
  readonly tickMs: DurationMs;
  /** A longer time between two looks is a stall; no figure is off by more without a mark. */
  readonly limitMs: DurationMs;
}

/**
 * By the clock that times the handshakes. The kernel is wrong only if the whole virtual CPU is
 * stopped. A figure of this process is wrong by as long as it can't look, so it looks more often.
 */
export const WATCHES: Readonly<Record<Timing, Watch>> = {
  kernel: { tickMs: 5, limitMs: 6.5 },
  user: { tickMs: 1, limitMs: 1.8 },
};

/** Within this time after a stall the process finds what came in meanwhile. */
const CATCH_UP_MS: DurationMs = 2;

/** The start is from one clock and the length from another, so the end may be off by this. */
const END_PRECISION_MS: DurationMs = 1;

/** A span on the monotonic clock. */
interface Span {
  readonly fromMs: DurationMs;
  readonly toMs: DurationMs;
}

/** Knows when this process or the whole virtual CPU stalled, because it is shown the time often. */
export class StallWatch {
  readonly watch: Watch;
  #isOn = false;
  #seenAtMs: DurationMs = 0;
  #stallEndedAtMs: DurationMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(watch: Watch) {
    this.watch = watch;
  }

  /** The number of stalls since the process began. */
  get count(): number {
    return this.#count;
  }

  /** Begins: from now on it is shown the time at least every tick. */
  start(nowMs: DurationMs): void {
    this.#isOn = true;
    this.#seenAtMs = nowMs;
  }

  /** Ends: nothing is shown to it until the next start, and that is no stall. */
  stop(): void {
    this.#isOn = false;
  }

  /** Is shown the time; an earlier one than the last is ignored. */
  see(nowMs: DurationMs): void {
    if (!this.#isOn || nowMs < this.#seenAtMs) return;
    if (nowMs - this.#seenAtMs > this.watch.limitMs) {
      this.#count++;
      this.#stallEndedAtMs = nowMs;
    }
    this.#seenAtMs = nowMs;
  }

  /**
   * Whether a handshake may have ended during the last stall. If it ended sooner by its own figure,
   * a kernel that was awake timed it; if it ended later, it ended after the stall.
   */
  spoils({ fromMs, toMs }: Span): boolean {
    const sinceMs = toMs - this.#stallEndedAtMs;
    return fromMs < this.#stallEndedAtMs && sinceMs > -END_PRECISION_MS && sinceMs < CATCH_UP_MS;
  }
}
