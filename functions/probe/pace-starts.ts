import { SLOT_SLACK_MS } from "../../shared/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { Clock } from "./clock.ts";

/** A Lambda environment has 1,024 descriptors, and the SDK and the runtime want some. */
export const MOST_OPEN_SOCKETS = 800;

/** Below this many starts a second, a tick of 5 ms would be for less than one. */
const SLOW_PACE = 200;
const TICK_MS: DurationMs = 5;
const SLOW_TICK_MS: DurationMs = 20;

/** `go` takes one of the open sockets, to be given back by `release`. */
export type Turn = "go" | "late" | "stopped";

/** A tick this much late proves that the process stood still (measured: timers alone stay below). */
const STALL_MS: DurationMs = 1.5;

interface Waiter {
  readonly dueAtMs: EpochMs;
  readonly signal: AbortSignal;
  readonly settle: (turn: Turn) => void;
}

/**
 * Lets connects start at a steady rate: few a tick, and no more open than `MOST_OPEN_SOCKETS`. A
 * limit on concurrency alone would synchronise them into waves. First due, first served.
 */
export class StartPacer {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #tickMs: DurationMs;
  readonly #perTick: number;
  readonly #waiting: Waiter[] = [];
  #credit: number;
  #isTicking = false;
  #openCount = 0;
  #stallCount = 0;

  constructor(clock: Clock, startsPerSecond: number) {
    this.#clock = clock;
    this.#perSecond = startsPerSecond;
    this.#tickMs = startsPerSecond < SLOW_PACE ? SLOW_TICK_MS : TICK_MS;
    this.#perTick = Math.max(1, (startsPerSecond * this.#tickMs) / SECOND_MS);
    this.#credit = this.#perTick;
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** How often this process was seen to stand still, ever. */
  get stallCount(): number {
    return this.#stallCount;
  }

  /** Waits for a turn; `late` when it did not come in time for the slot. */
  takeTurn(dueAtMs: EpochMs, signal: AbortSignal): Promise<Turn> {
    return new Promise((settle) => {
      const after = this.#waiting.findLastIndex((waiter) => waiter.dueAtMs <= dueAtMs);
      this.#waiting.splice(after + 1, 0, { dueAtMs, signal, settle });
      this.#serve();
      if (!this.#isTicking) void this.#tick();
    });
  }

  /** Gives an open socket back. */
  release(): void {
    this.#openCount--;
  }

  // Ends once nobody waits and the credit is whole again, so an idle probe has no timer.
  async #tick(): Promise<void> {
    this.#isTicking = true;
    while (this.#waiting.length > 0 || this.#credit < this.#perTick) {
      const before = this.#clock.monotonic();
      await this.#clock.sleep(this.#tickMs);
      const sleptMs = this.#clock.monotonic() - before;
      if (sleptMs - this.#tickMs > STALL_MS) this.#stallCount++;
      const earned = (sleptMs * this.#perSecond) / SECOND_MS;
      // Never more than a tick's worth: after a stall there is no burst to catch up.
      this.#credit = Math.min(this.#perTick, this.#credit + earned);
      this.#serve();
    }
    this.#isTicking = false;
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const turn = this.#turnFor(first);
      if (turn === null) return;
      this.#waiting.shift();
      first.settle(turn);
    }
  }

  #turnFor(waiter: Waiter): Turn | null {
    if (waiter.signal.aborted) return "stopped";
    if (this.#clock.now() - waiter.dueAtMs > SLOT_SLACK_MS) return "late";
    if (this.#credit < 1 || this.#openCount >= MOST_OPEN_SOCKETS) return null;
    this.#credit -= 1;
    this.#openCount += 1;
    return "go";
  }
}
