import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import { type Clock, StallWatch, WATCHES, type Watch } from "../timing/timing.ts";

/** A Lambda environment has 1,024 descriptors, and the SDK and the runtime want some. */
export const MOST_OPEN_SOCKETS = 800;

/** `go` takes one of the open sockets, to be given back by `release`. */
export type Turn = "go" | "late" | "stopped";

/** Someone who waits for a turn. */
export interface Waiter {
  readonly dueAtMs: EpochMs;
  readonly signal: AbortSignal;
  /** Told once. It must not throw: others wait behind it. */
  take(turn: Turn): void;
}

/**
 * Lets connects start at a steady rate: few a tick, and no more open than `MOST_OPEN_SOCKETS`. A
 * limit on concurrency alone would synchronise them into waves. First due, first served. Its ticks
 * are the watch's, so they go on while a socket is open.
 */
export class StartPacer {
  readonly stalls: StallWatch;
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #perTick: number;
  readonly #waiting: Waiter[] = [];
  #credit: number;
  #tickedAtMs: DurationMs = 0;
  #stopTicks: (() => void) | null = null;
  #isToServe = false;
  #openCount = 0;

  constructor(clock: Clock, startsPerSecond: number, watch: Watch = WATCHES.kernel) {
    this.stalls = new StallWatch(watch);
    this.#clock = clock;
    this.#perSecond = startsPerSecond;
    this.#perTick = Math.max(1, (startsPerSecond * watch.tickMs) / SECOND_MS);
    this.#credit = this.#perTick;
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** How often this process was seen to stand still, ever. */
  get stallCount(): number {
    return this.stalls.count;
  }

  /** Gives a turn, soon or later; `late` when it did not come in time for the slot. */
  giveTurn(waiter: Waiter): void {
    this.#queue(waiter);
    if (this.#stopTicks === null) this.#startTicks();
    this.#serveSoon();
  }

  /** Gives an open socket back. */
  release(): void {
    this.#openCount--;
  }

  // When all that asks in this turn of the loop has asked: a start must not wait for their work.
  #serveSoon(): void {
    if (this.#isToServe) return;
    this.#isToServe = true;
    queueMicrotask(() => {
      this.#isToServe = false;
      this.#serve();
    });
  }

  #queue(waiter: Waiter): void {
    const last = this.#waiting.at(-1);
    if (last === undefined || last.dueAtMs <= waiter.dueAtMs)
      return void this.#waiting.push(waiter);
    const after = this.#waiting.findLastIndex(({ dueAtMs }) => dueAtMs <= waiter.dueAtMs);
    this.#waiting.splice(after + 1, 0, waiter);
  }

  #startTicks(): void {
    this.#tickedAtMs = this.#clock.monotonic();
    this.stalls.start(this.#tickedAtMs);
    this.#stopTicks = this.#clock.every(this.stalls.watch.tickMs, () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#clock.monotonic();
    this.stalls.see(nowMs);
    const earned = ((nowMs - this.#tickedAtMs) * this.#perSecond) / SECOND_MS;
    // Never more than a tick's worth: after a stall there is no burst to catch up.
    this.#credit = Math.min(this.#perTick, this.#credit + earned);
    this.#tickedAtMs = nowMs;
    this.#serve();
    if (this.#isIdle()) this.#endTicks();
  }

  // With nothing open, nobody waiting and the credit whole, an idle probe has no timer.
  #isIdle(): boolean {
    const isWhole = this.#credit >= this.#perTick;
    return this.#openCount === 0 && this.#waiting.length === 0 && isWhole;
  }

  #endTicks(): void {
    this.#stopTicks?.();
    this.#stopTicks = null;
    this.stalls.stop();
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const turn = this.#turnFor(first);
      if (turn === null) return;
      this.#waiting.shift();
      first.take(turn);
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
