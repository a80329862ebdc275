import { CLOCK_LOOK_MS } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";

/** The two clocks of this process. */
export interface Clocks {
  readonly now: () => EpochMs;
  /** Counts on while the wall clock is set; on Linux it stops while the machine is suspended. */
  readonly monotonic: () => DurationMs;
}

const SYSTEM: Clocks = { now: () => Date.now(), monotonic: () => performance.now() };

/** A smaller step is none to speak of: a clock is trimmed all the time. */
const LEAST_JUMP_MS: DurationMs = 5 * SECOND_MS;

/** Notices when the wall clock is set, or the machine was suspended. */
export class ClockWatch {
  readonly #clocks: Clocks;
  #offsetMs: DurationMs;

  constructor(clocks: Clocks = SYSTEM) {
    this.#clocks = clocks;
    this.#offsetMs = clocks.now() - clocks.monotonic();
  }

  /** By how much the clock jumped since the last look: negative if it was set back, 0 if it did not. */
  look(): DurationMs {
    const offsetMs = this.#clocks.now() - this.#clocks.monotonic();
    const jumpMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    return Math.abs(jumpMs) < LEAST_JUMP_MS ? 0 : jumpMs;
  }
}

/** Looks at the clock every few seconds, and calls `onJump` with every jump, until stopped. */
export function watchClock(onJump: (jumpMs: DurationMs) => void): { stop(): void } {
  const watch = new ClockWatch();
  const timer = setInterval(() => {
    const jumpMs = watch.look();
    if (jumpMs !== 0) onJump(jumpMs);
  }, CLOCK_LOOK_MS);
  return { stop: () => clearInterval(timer) };
}

/** What a jump means, as a sentence for the user. */
export function jumpSentence(jumpMs: DurationMs, isAhead: boolean): string {
  const span = showSpan(Math.abs(jumpMs));
  if (jumpMs > 0) {
    return `The clock went forward by ${span}, or this machine slept: the checks in between are missed.`;
  }
  return isAhead
    ? `The clock was set back by ${span}: checks go on at once, summaries with the next whole minute.`
    : `The clock was set back by ${span}: checks go on when that has passed.`;
}

/** A span of time in its two largest units, e.g. `1 h 5 min`. */
function showSpan(ms: DurationMs): string {
  const seconds = Math.round(ms / SECOND_MS);
  const parts: readonly (readonly [count: number, unit: string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}
