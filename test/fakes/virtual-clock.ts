import type { Clock } from "../../functions/probe/timing/timing.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/** Time that passes only while everyone sleeps, so that an hour takes no time and loses no order. */
export class VirtualClock implements Clock {
  #nowMs: EpochMs;
  readonly #startMs: EpochMs;
  #sleepers: Sleeper[] = [];
  /** How far the wall clock was set forward, or back if it is negative. */
  #setByMs: DurationMs = 0;

  constructor(startMs: EpochMs) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  now(): EpochMs {
    return this.#nowMs + this.#setByMs;
  }

  /** Sets the wall clock forward, or back; sleepers don't notice. */
  setBy(ms: DurationMs): void {
    this.#setByMs += ms;
  }

  monotonic(): DurationMs {
    return this.#nowMs - this.#startMs;
  }

  /** How many are asleep: nobody, once all work has ended. */
  get sleeperCount(): number {
    return this.#sleepers.length;
  }

  sleep(ms: DurationMs, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { wakesAtMs: this.#nowMs + Math.max(0, ms), wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", wake);
    });
  }

  every(ms: DurationMs, tick: () => void): () => void {
    const over = new AbortController();
    const run = async () => {
      while (!over.signal.aborted) {
        await this.sleep(ms, over.signal);
        if (!over.signal.aborted) tick();
      }
    };
    void run();
    return () => over.abort();
  }

  /** Lets time pass until the work has ended; a work that waits for nothing is an error. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (await settled(); !isOver; await settled()) this.#wakeNext();
    return await work;
  }

  #wakeNext(): void {
    const [first, ...rest] = this.#sleepers;
    if (first === undefined) throw new Error("Nobody sleeps and the work has not ended");
    const next = rest.reduce((a, b) => (b.wakesAtMs < a.wakesAtMs ? b : a), first);
    this.#nowMs = Math.max(this.#nowMs, next.wakesAtMs);
    next.wake();
  }
}

// Every promise that can go on without time has done so before the next immediate.
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
