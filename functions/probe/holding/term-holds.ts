import { isDeepStrictEqual } from "node:util";
import type { ProbeResult } from "../../../shared/result/result.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { CheckInput, HeldCheck, Holder, HoldListener } from "../check/check.ts";
import { type Clock, sleepUntil } from "../timing/timing.ts";
import type { HeldShard, ShardTerm } from "./held-shard.ts";
import type { HeldTask } from "./held-task.ts";

/** A lease term as its held connections see it. */
export interface HoldTerm {
  readonly shard: number;
  readonly term: Interval;
  readonly tasks: readonly Task[];
  /** In order of time. */
  readonly scheduled: readonly CheckInput[];
  /** Aborted, the term's run is to end. */
  readonly signal: AbortSignal;
}

/** Where a term's connections are held. */
export interface HoldPlace {
  readonly shard: HeldShard;
  readonly clock: Clock;
  readonly longestMs: DurationMs;
  /** The next term goes on with them. */
  readonly isAlwaysOn: boolean;
  /** Aborted, the process is to end. */
  readonly stop: AbortSignal;
}

/** The held connections of a shard during one lease term. */
export class TermHolds implements Holder, ShardTerm {
  readonly #setup: HoldTerm;
  readonly #place: HoldPlace;
  #listener: HoldListener | null = null;
  /** Aborted when its run need not wait for held connections any more; null if it does not wait. */
  #waiting: AbortController | null = null;

  constructor(setup: HoldTerm, place: HoldPlace) {
    this.#setup = setup;
    this.#place = place;
  }

  get untilMs(): EpochMs {
    return this.#place.isAlwaysOn ? this.#setup.term.toMs : Number.POSITIVE_INFINITY;
  }

  get longestMs(): DurationMs {
    return this.#place.longestMs;
  }

  attach(listener: HoldListener): void {
    const { shard } = this.#place;
    this.#listener = listener;
    for (const { held, result } of shard.takeUntold()) {
      if (this.#isOfTerm(held, result)) this.took(held, result);
    }
    for (const held of shard.held) {
      if (this.#indexOf(held) < 0) void held.end();
      else this.#endAtNextSlot(held);
    }
    if (!shard.isEmpty) this.#serve();
  }

  hold(check: HeldCheck): void {
    const { shard } = this.#place;
    this.#endAtNextSlot(shard.add(check));
    // A later term may serve already; if that is over, this one's run still goes on.
    if (!shard.hasTerm) this.#serve();
  }

  took(held: HeldTask, result: ProbeResult): void {
    const taskIndex = this.#indexOf(held);
    if (taskIndex < 0) return;
    // A chunk is read for the instants from its term's beginning on.
    const slotAtMs = Math.max(result.slotAtMs, this.#setup.term.fromMs);
    const input = { task: held.task, taskIndex, slotAtMs, isHeld: true } as const;
    this.#listener?.took(input, { ...result, taskIndex, slotAtMs, startedAtMs: slotAtMs });
  }

  replaced(): void {
    this.#waiting?.abort();
  }

  /** An end is told whenever it came; of a minute that no term has claimed nothing is told. */
  #isOfTerm(held: HeldTask, { slotAtMs, detail }: ProbeResult): boolean {
    if (detail?.holdEnd !== undefined) return true;
    return slotAtMs >= this.#setup.term.fromMs && this.#nextSlotOf(held) !== slotAtMs;
  }

  #serve(): void {
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#place.shard.serve(this);
    this.#listener?.begun();
    void this.#wait(waiting.signal);
  }

  /** On AWS until all have ended; in a process that is always on, until the next term has begun. */
  async #wait(over: AbortSignal): Promise<void> {
    const { shard, clock, isAlwaysOn, stop } = this.#place;
    const { term, signal } = this.#setup;
    const end = () => {
      if (!isAlwaysOn || stop.aborted) shard.endAll();
      else this.replaced();
    };
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    if (isAlwaysOn) await sleepUntil(clock, term.toMs, either(over, stop));
    if (!isAlwaysOn || stop.aborted) await aborted(over);
    signal.removeEventListener("abort", end);
    shard.leave(this);
    this.#waiting = null;
    this.#listener?.over();
  }

  /** Its place in the plan; -1 if the plan does not have it any more as it was. */
  #indexOf({ task }: HeldTask): number {
    const taskIndex = this.#setup.tasks.findIndex(({ name }) => name === task.name);
    const planned = this.#setup.tasks[taskIndex];
    return planned === task || isDeepStrictEqual(planned, task) ? taskIndex : -1;
  }

  #endAtNextSlot(held: HeldTask): void {
    const nextMs = this.#nextSlotOf(held);
    if (nextMs !== undefined) held.endAt(nextMs);
  }

  #nextSlotOf(held: HeldTask): EpochMs | undefined {
    return this.#setup.scheduled.find(
      ({ task, slotAtMs }) => task.name === held.task.name && slotAtMs > held.slotAtMs,
    )?.slotAtMs;
  }
}

function either(a: AbortSignal, b: AbortSignal): AbortSignal {
  return AbortSignal.any([a, b]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
