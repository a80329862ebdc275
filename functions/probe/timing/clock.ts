import { performance } from "node:perf_hooks";
import { CLOCK_LOOK_MS, isAhead } from "../../../shared/slot/slot.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import { Ticks } from "./ticks.ts";

/** Time as the probe sees it; tests pass a virtual one. */
export interface Clock {
  /** The wall clock, which slots are compared with. It may jump. */
  now(): EpochMs;
  /** Never goes back; spans of time are measured with it. */
  monotonic(): DurationMs;
  /** Ends after `ms`, up to a tick later while something ticks, or as soon as the signal is aborted. It never rejects. */
  sleep(ms: DurationMs, signal?: AbortSignal): Promise<void>;
  /** Calls `tick` every `ms` until the returned function is called; half the CPU of a loop that sleeps. */
  every(ms: DurationMs, tick: () => void): () => void;
}

const ticks = new Ticks();

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        drop();
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const drop = ticks.after(ms, wake);
      signal?.addEventListener("abort", wake);
    }),
  every: (ms, tick) => ticks.every(ms, tick),
};

/**
 * Sleeps until an instant or the signal; sleeps again if a timer fires early, as Node's may by 1 ms.
 * It also ends if the clock is set back, so that the instant is far ahead.
 */
export async function sleepUntil(clock: Clock, atMs: EpochMs, signal: AbortSignal): Promise<void> {
  for (let leftMs = atMs - clock.now(); leftMs > 0; leftMs = atMs - clock.now()) {
    if (signal.aborted || isAhead(atMs, clock.now())) return;
    await clock.sleep(Math.min(leftMs, CLOCK_LOOK_MS), signal);
  }
}
