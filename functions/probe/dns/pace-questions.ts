import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { Clock } from "../timing/timing.ts";

/**
 * The resolver of a VPC takes 1,024 packets a second from one network interface and drops the rest
 * (Amazon VPC User Guide, "Amazon DNS quotas"); what is left is for second tries.
 */
const MOST_PER_SECOND = 800;

/** dnsmasq forwards 150 questions at once and refuses the rest. */
const MOST_OPEN = 128;

/** A question that has no answer after this no longer holds others: its name or its server hangs. */
const HOLD_MS: DurationMs = 200;

const TICK_MS: DurationMs = 5;

/** Questions that may start together: what a tick that is late earns. */
const BURST_MS: DurationMs = 20;

/** A question whose turn has come. */
export interface Turn {
  /** Its answer has come. */
  end(): void;
}

interface OpenTurn {
  readonly heldUntilMs: DurationMs;
  holds: boolean;
}

/**
 * Lets questions to name servers start in order and at a steady rate: a thousand at once overflow
 * the buffer of a server, and those that it loses look like names that time out.
 */
export class QuestionPacer {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #waiting: ((turn: Turn | null) => void)[] = [];
  readonly #open: OpenTurn[] = [];
  #openCount = 0;
  #credit: number;
  #earnedAtMs: DurationMs;
  #stopTicks: (() => void) | null = null;
  #isClosed = false;

  constructor(clock: Clock, startsPerSecond: number) {
    this.#clock = clock;
    this.#perSecond = Math.min(startsPerSecond, MOST_PER_SECOND);
    this.#burst = Math.max(1, (this.#perSecond * BURST_MS) / SECOND_MS);
    this.#credit = this.#burst;
    this.#earnedAtMs = clock.monotonic();
  }

  /** Resolves when a question may be sent; null if the pacer was closed before. */
  take(): Promise<Turn | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  /** Counts a question that does not wait, because its look-up has had its turn. */
  charge(): void {
    this.#credit -= 1;
  }

  /** Ends the waiting of every question. */
  close(): void {
    this.#isClosed = true;
    this.#endTicks();
    for (const give of this.#waiting.splice(0)) give(null);
  }

  #serve(): void {
    const nowMs = this.#clock.monotonic();
    this.#earn(nowMs);
    this.#letGo(nowMs);
    while (this.#credit >= 1 && this.#openCount < MOST_OPEN) {
      const give = this.#waiting.shift();
      if (give === undefined) break;
      give(this.#start(nowMs));
    }
    if (this.#waiting.length === 0) this.#endTicks();
    else this.#stopTicks ??= this.#clock.every(TICK_MS, () => this.#serve());
  }

  #earn(nowMs: DurationMs): void {
    const earned = ((nowMs - this.#earnedAtMs) * this.#perSecond) / SECOND_MS;
    this.#credit = Math.min(this.#burst, this.#credit + earned);
    this.#earnedAtMs = nowMs;
  }

  /** Turns are in order of time, so the oldest come first. */
  #letGo(nowMs: DurationMs): void {
    for (let first = this.#open[0]; first !== undefined; first = this.#open[0]) {
      if (first.holds && nowMs < first.heldUntilMs) return;
      this.#end(first);
      this.#open.shift();
    }
  }

  #start(nowMs: DurationMs): Turn {
    const turn = { heldUntilMs: nowMs + HOLD_MS, holds: true };
    this.#credit -= 1;
    this.#openCount += 1;
    this.#open.push(turn);
    return { end: () => this.#end(turn) };
  }

  #end(turn: OpenTurn): void {
    if (turn.holds) this.#openCount -= 1;
    turn.holds = false;
  }

  #endTicks(): void {
    this.#stopTicks?.();
    this.#stopTicks = null;
  }
}
