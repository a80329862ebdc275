import { performance } from "node:perf_hooks";
import type { DurationMs } from "../../../shared/units.ts";

interface Sleeper {
  /** On the monotonic clock. */
  readonly atMs: DurationMs;
  readonly wake: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Slower ticks wake nobody else: who sleeps would wake up too late, and each of many would look for him. */
const LONGEST_WAKING_MS: DurationMs = 10;

/**
 * The timers of this process. While something ticks fast, its ticks wake those who sleep too: to wake up
 * costs a process that does little more than what it does then (decision 71).
 */
export class Ticks {
  readonly #sleepers = new Set<Sleeper>();
  readonly #ticking = new Set<NodeJS.Timeout>();
  readonly #longestMs: DurationMs;

  constructor(longestMs: DurationMs = LONGEST_WAKING_MS) {
    this.#longestMs = longestMs;
  }

  /** Calls `tick` every `ms` until the returned function is called. */
  every(ms: DurationMs, tick: () => void): () => void {
    if (ms > this.#longestMs) {
      const slow = setInterval(tick, ms);
      return () => clearInterval(slow);
    }
    const timer = setInterval(() => {
      this.#wakeDue();
      tick();
    }, ms);
    this.#ticking.add(timer);
    return () => {
      clearInterval(timer);
      this.#ticking.delete(timer);
      if (this.#ticking.size === 0) for (const sleeper of this.#sleepers) this.#arm(sleeper);
    };
  }

  /** Calls `wake` once, after `ms`, and while something ticks fast up to a tick later. Gives what prevents it. */
  after(ms: DurationMs, wake: () => void): () => void {
    const sleeper: Sleeper = { atMs: performance.now() + ms, wake, timer: undefined };
    this.#sleepers.add(sleeper);
    if (this.#ticking.size === 0) this.#arm(sleeper);
    return () => this.#drop(sleeper);
  }

  #wakeDue(): void {
    const nowMs = performance.now();
    for (const sleeper of this.#sleepers) if (sleeper.atMs <= nowMs) this.#end(sleeper);
  }

  #arm(sleeper: Sleeper): void {
    const leftMs = Math.max(0, sleeper.atMs - performance.now());
    sleeper.timer ??= setTimeout(() => this.#end(sleeper), leftMs);
  }

  #end(sleeper: Sleeper): void {
    this.#drop(sleeper);
    sleeper.wake();
  }

  #drop(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    this.#sleepers.delete(sleeper);
  }
}
