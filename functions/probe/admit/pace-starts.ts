import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { type Clock, StallWatch, WATCHES, type Watch } from "../timing/timing.ts";
import type { Admission, Grant, Waiter } from "./admission.ts";

/** A Lambda environment has 1,024 descriptors, and the SDK and the runtime need some of them. */
export const MOST_OPEN_SOCKETS = 800;

/** However many are held, as many sockets are left for checks. */
export const MOST_HELD_SOCKETS = MOST_OPEN_SOCKETS / 2;

/**
 * Lets connects start at a steady rate: few in each tick, and no more open than `MOST_OPEN_SOCKETS`.
 * A limit on concurrency alone would synchronise them into waves. The waiter that is due first is
 * served first. Its ticks are the stall watch's too, so they go on while a socket of a check is open.
 */
export class StartPacer implements Admission {
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
  #heldCount = 0;

  constructor(clock: Clock, startsPerSecond: number, watch: Watch = WATCHES.kernel) {
    this.stalls = new StallWatch(watch);
    this.#clock = clock;
    this.#perSecond = startsPerSecond;
    this.#perTick = Math.max(1, (startsPerSecond * watch.tickMs) / SECOND_MS);
    this.#credit = this.#perTick;
  }

  /** How many sockets are open now. */
  get openCount(): number {
    return this.#openCount;
  }

  /** How many of them are held beyond their checks. */
  get heldCount(): number {
    return this.#heldCount;
  }

  /** How often this process has stalled since it began. */
  get stallCount(): number {
    return this.stalls.count;
  }

  acquire(waiter: Waiter): void {
    this.#queue(waiter);
    if (this.#stopTicks === null) this.#startTicks();
    this.#serveSoon();
  }

  hold(): boolean {
    if (this.#heldCount >= MOST_HELD_SOCKETS) return false;
    this.#heldCount++;
    return true;
  }

  release(wasHeld = false): void {
    this.#openCount--;
    if (wasHeld) this.#heldCount--;
  }

  // Starts come after all checks of this turn of the event loop have asked: a connect that starts
  // between them would have its answer wait for their work.
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
    this.#earn(nowMs - this.#tickedAtMs);
    this.#tickedAtMs = nowMs;
    this.#serve();
    if (this.#isIdle()) this.#endTicks();
  }

  /** What it starts until the next tick; no burst follows a stall, or a time in which there was no check. */
  #earn(sinceMs: DurationMs): void {
    const { tickMs, limitMs } = this.stalls.watch;
    const earnedMs = sinceMs > limitMs ? tickMs : sinceMs;
    const earned = (earnedMs * this.#perSecond) / SECOND_MS;
    // A part of a start is kept beyond the tick: without it 373 a second, 1.9 a tick, would be 200.
    const most = Math.max(this.#perTick, (this.#credit % 1) + earned);
    this.#credit = Math.min(most, this.#credit + earned);
  }

  // An idle probe has no timer: nothing is open but what is held, no check waits, and the credit is whole.
  #isIdle(): boolean {
    const isWhole = this.#credit >= this.#perTick;
    return this.#openCount === this.#heldCount && this.#waiting.length === 0 && isWhole;
  }

  #endTicks(): void {
    this.#stopTicks?.();
    this.#stopTicks = null;
    this.stalls.stop();
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const grant = this.#grantFor(first);
      if (grant === null) return;
      this.#waiting.shift();
      first.granted(grant);
    }
  }

  #grantFor(waiter: Waiter): Grant | null {
    if (waiter.signal.aborted) return "stopped";
    if (this.#clock.now() - waiter.dueAtMs > SLOT_SLACK_MS) return "late";
    if (this.#credit < 1 || this.#openCount >= MOST_OPEN_SOCKETS) return null;
    // A heavy start is not waited for until its whole weight is there, but the next one waits longer.
    this.#credit -= waiter.weight ?? 1;
    this.#openCount += 1;
    return "go";
  }
}
