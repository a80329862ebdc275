import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
} from "../../../shared/units.ts";
import type { Waiting } from "../message/service.ts";
import { subjectOf } from "../message/subject.ts";
import { backoffMs, wishedMs } from "./backoff.ts";
import { type Breaker, breakAfter, CLOSED } from "./breaker.ts";
import { type Storm, Storms } from "./storms.ts";
import { pickDropped, pickObsolete } from "./thin-out.ts";

/** How much a lane holds and sends at once. */
export interface LaneLimits {
  /** Sendings at the same time; one if several events are told as one message. */
  readonly underWay: number;
  readonly waiting: number;
  /** More events than this are told as one message. */
  readonly digestAbove: number;
}

/** An event is given up when it is older than this. */
export const KEPT_MS: DurationMs = DAY_MS;

/** What happens at the same moment is told together. */
const GATHER_MS: DurationMs = SECOND_MS;

/** While a storm stands, events are told once in so long a time. */
const STORM_GATHER_MS: DurationMs = MINUTE_MS;

/** What waited so long is not told one by one. */
const LATE_MS: DurationMs = 10 * MINUTE_MS;

interface Held extends Waiting {
  attempts: number;
  notBeforeMs: EpochMs;
}

/** What waits for one target, and when it gets which part of it. Time is passed in. */
export class Lane {
  readonly #combines: boolean;
  readonly #limits: LaneLimits;
  readonly #random: () => number;
  readonly #storms = new Storms();
  readonly #busy = new Map<string, string>();
  #waiting: Held[] = [];
  #underWay = 0;
  #breaker: Breaker = CLOSED;
  #pausedToMs: EpochMs = 0;

  constructor(combines: boolean, limits: LaneLimits, random: () => number) {
    this.#combines = combines;
    this.#limits = combines ? { ...limits, underWay: 1 } : limits;
    this.#random = random;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  get isOpen(): boolean {
    return this.#breaker.isOpen;
  }

  /** What waits, and the storms that stand, for whoever goes on with them. */
  get rest(): { readonly waiting: readonly Waiting[]; readonly storms: readonly Storm[] } {
    return { waiting: this.#waiting, storms: this.#storms.all() };
  }

  /** Learns of a storm that the target was told of before. */
  stand(storm: Storm): void {
    this.#storms.stand(storm);
  }

  /** Takes an event; returns what is dropped because too much waits. */
  add(one: Waiting, nowMs: EpochMs): readonly Waiting[] {
    const isStorm = this.#storms.follow(one);
    const isInStorm = !isStorm && this.#storms.hasFresh(nowMs);
    const gatherMs = isInStorm ? STORM_GATHER_MS : GATHER_MS;
    const notBeforeMs = this.#combines ? nowMs + gatherMs : nowMs;
    this.#waiting.push({ ...one, attempts: 0, notBeforeMs });
    return this.#thinOut();
  }

  /** What is sent next, all of it as one message; null if there is nothing to send now. */
  next(nowMs: EpochMs): readonly Waiting[] | null {
    if (this.#underWay >= this.#limits.underWay || nowMs < this.#pausedToMs) return null;
    const batch = this.#breaker.isOpen ? this.#probe(nowMs) : this.#pick(nowMs);
    if (batch.length === 0) return null;
    this.#underWay += 1;
    for (const one of batch) this.#busy.set(one.key, subjectOf(one.event));
    return batch;
  }

  /** The target took it, or will never take it. Whether it had been unreachable. */
  succeed(batch: readonly Waiting[], nowMs: EpochMs): boolean {
    const wasOpen = this.#breaker.isOpen;
    this.#release(batch);
    this.#remove(batch);
    this.#breaker = CLOSED;
    if (wasOpen) for (const held of this.#waiting) held.notBeforeMs = nowMs;
    return wasOpen;
  }

  /** The target did not take it yet. Whether it counts as unreachable since now. */
  fail(batch: readonly Waiting[], nowMs: EpochMs, retryAfterMs: DurationMs | null): boolean {
    const wasOpen = this.#breaker.isOpen;
    this.#release(batch);
    this.#breaker = breakAfter(this.#breaker, nowMs, this.#random());
    if (retryAfterMs !== null) this.#pausedToMs = nowMs + wishedMs(retryAfterMs);
    const keys = new Set(batch.map(({ key }) => key));
    for (const held of this.#waiting) {
      if (!keys.has(held.key)) continue;
      held.attempts += 1;
      held.notBeforeMs = nowMs + backoffMs(held.attempts, this.#random());
    }
    return this.#breaker.isOpen && !wasOpen;
  }

  /** Removes what is too old, and what a pager that was away need not hear any more. */
  expire(nowMs: EpochMs): {
    readonly old: readonly Waiting[];
    readonly obsolete: readonly Waiting[];
  } {
    const isBusy = (key: string): boolean => this.#busy.has(key);
    const old = this.#waiting.filter(({ key, atMs }) => !isBusy(key) && nowMs - atMs > KEPT_MS);
    this.#remove(old);
    const isLate = !this.#combines && this.#waiting.length > this.#limits.digestAbove;
    const oldestMs = this.#waiting[0]?.atMs ?? nowMs;
    const obsolete =
      isLate && nowMs - oldestMs > LATE_MS ? pickObsolete(this.#waiting, isBusy) : [];
    this.#remove(obsolete);
    return { old, obsolete };
  }

  /** When there may be something to send; null if only an answer or an event can change that. */
  wakeAtMs(): EpochMs | null {
    if (this.#underWay >= this.#limits.underWay) return null;
    const free = this.#waiting.filter(({ key }) => !this.#busy.has(key));
    if (free.length === 0) return null;
    const soonest = Math.min(...free.map(({ notBeforeMs }) => notBeforeMs));
    const { isOpen, probeAtMs } = this.#breaker;
    return Math.max(this.#pausedToMs, isOpen ? probeAtMs : soonest);
  }

  #thinOut(): readonly Waiting[] {
    if (this.#waiting.length <= this.#limits.waiting) return [];
    const dropped = pickDropped(this.#waiting, (key) => this.#busy.has(key));
    this.#remove(dropped);
    return dropped;
  }

  /** One message shows whether the target answers again. */
  #probe(nowMs: EpochMs): readonly Held[] {
    if (this.#underWay > 0 || nowMs < this.#breaker.probeAtMs) return [];
    return this.#combines ? this.#combined(this.#waiting, nowMs) : this.#waiting.slice(0, 1);
  }

  #pick(nowMs: EpochMs): readonly Held[] {
    const blocked = new Set(this.#busy.values());
    const ready: Held[] = [];
    for (const held of this.#waiting) {
      const subject = subjectOf(held.event);
      if (this.#busy.has(held.key) || blocked.has(subject)) continue;
      // What is told as one message goes when its first part is ready.
      const isReady = held.notBeforeMs <= nowMs || (this.#combines && held.attempts === 0);
      if (isReady) ready.push(held);
      else blocked.add(subject);
      if (isReady && !this.#combines && ready.length === 1) break;
    }
    if (!this.#combines) return ready;
    if (!ready.some(({ notBeforeMs }) => notBeforeMs <= nowMs)) return [];
    return this.#combined(ready, nowMs);
  }

  #combined(ready: readonly Held[], nowMs: EpochMs): readonly Held[] {
    const isLate = ready.some(({ atMs }) => nowMs - atMs > LATE_MS);
    const isMany =
      ready.length > this.#limits.digestAbove || this.#storms.hasFresh(nowMs) || isLate;
    return isMany ? ready : ready.slice(0, 1);
  }

  #release(batch: readonly Waiting[]): void {
    this.#underWay -= 1;
    for (const { key } of batch) this.#busy.delete(key);
  }

  #remove(gone: readonly Waiting[]): void {
    const keys = new Set(gone.map(({ key }) => key));
    if (keys.size > 0) this.#waiting = this.#waiting.filter(({ key }) => !keys.has(key));
  }
}
