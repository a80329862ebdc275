import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import type { DurationMs } from "../../../shared/units.ts";
import { type FastTime, fastInstant } from "../fast-time.ts";

/** Timers that wait longer than this wait for ever. */
const LONGEST_MS = 2 ** 31 - 1;

/** Replaces the clocks and timers of this thread. `errorMs` is how far its wall clock is wrong now. */
export function installFastClock(time: FastTime, errorMs: () => DurationMs): void {
  replaceClocks(time, errorMs);
  replaceTimers(time.speed);
  syncBuiltinESMExports();
}

function replaceClocks(time: FastTime, errorMs: () => DurationMs): void {
  const realNow = Date.now;
  const realMonotonic = performance.now.bind(performance);
  const now = () => Math.floor(fastInstant(time, realNow()) + errorMs());
  const RealDate = Date;
  class FastDate extends RealDate {
    static override now = now;
    constructor(...given: []) {
      super(...(given.length === 0 ? ([now()] as unknown as []) : given));
    }
  }
  globalThis.Date = FastDate as unknown as DateConstructor;
  performance.now = () => realMonotonic() * time.speed;
}

function replaceTimers(speed: number): void {
  const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
  const real = (ms: number | undefined) => Math.min(LONGEST_MS, (ms ?? 0) / speed);
  const timeout = (run: () => void, ms?: number, ...rest: []) =>
    realTimeout(run, real(ms), ...rest);
  const interval = (run: () => void, ms?: number, ...rest: []) =>
    realInterval(run, real(ms), ...rest);
  globalThis.setTimeout = Object.assign(timeout, realTimeout) as typeof setTimeout;
  globalThis.setInterval = Object.assign(interval, realInterval) as typeof setInterval;
  const sleep = timers.setTimeout;
  timers.setTimeout = (ms, ...rest) => sleep(real(ms), ...rest);
  const timeLimit = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeLimit(real(ms));
}
