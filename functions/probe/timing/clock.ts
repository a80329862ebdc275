import { performance } from "node:perf_hooks";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";

/** The time of one invocation. Tests put a virtual one in its place. */
export interface Clock {
  /** The wall clock: what slots are compared with. It may jump. */
  now(): EpochMs;
  /** Only ever grows, by real time: what spans are measured with. */
  monotonic(): DurationMs;
  /** Ends after `ms`, or at once when the signal says so. It never throws. */
  sleep(ms: DurationMs, signal?: AbortSignal): Promise<void>;
  /** Calls `tick` every `ms` until the answer is called. Half of what sleeping in a loop costs. */
  every(ms: DurationMs, tick: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener("abort", wake);
    }),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    return () => clearInterval(timer);
  },
};

/** Sleeps again where a timer fired early: Node's may, by a millisecond. */
export async function sleepUntil(clock: Clock, atMs: EpochMs, signal: AbortSignal): Promise<void> {
  for (let leftMs = atMs - clock.now(); leftMs > 0; leftMs = atMs - clock.now()) {
    if (signal.aborted) return;
    await clock.sleep(leftMs, signal);
  }
}
