import type { ProbeResult } from "../../../shared/result/result.ts";
import { CLOCK_LOOK_MS, isAhead, SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import type { HeldCheck } from "../check/check.ts";
import type { Clock } from "../timing/timing.ts";

/** A goodbye has ended by itself before that; if it has not, the connection is closed without. */
const LONGEST_GOODBYE_MS: DurationMs = 1_500;

/** How often a held connection tells of itself. */
const SAMPLE_EVERY_MS: DurationMs = MINUTE_MS;

/** Is told what becomes of a held connection. */
export interface HeldTaskListener {
  /** It tells of itself. */
  took(held: HeldTask, result: ProbeResult): void;
  /** It is closed, and tells no more. */
  closed(held: HeldTask): void;
}

/** The connection that is held for a task. */
export class HeldTask {
  readonly #held: HeldCheck;
  readonly #clock: Clock;
  readonly #listener: HeldTaskListener;
  readonly #over = new AbortController();
  /** The next check of the task: it takes this one's place. */
  #endsAtMs: EpochMs = Number.POSITIVE_INFINITY;
  /** When it told of itself last. */
  #toldAtMs: EpochMs;
  #isStopped = false;

  constructor(held: HeldCheck, clock: Clock, listener: HeldTaskListener) {
    this.#held = held;
    this.#clock = clock;
    this.#listener = listener;
    this.#toldAtMs = held.input.slotAtMs;
    void this.#awaitEnd();
    void this.#tellEachMinute();
  }

  /** As it was when the connection was established. */
  get task(): Task {
    return this.#held.input.task;
  }

  get slotAtMs(): EpochMs {
    return this.#held.input.slotAtMs;
  }

  /** The task's next check is due then. */
  endAt(slotAtMs: EpochMs): void {
    this.#endsAtMs = Math.min(this.#endsAtMs, slotAtMs);
  }

  /** Ends it politely, and soon; it tells no more. */
  async end(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#held.holding.stop();
    await this.#clock.sleep(LONGEST_GOODBYE_MS, this.#over.signal);
    this.#close();
  }

  async #awaitEnd(): Promise<void> {
    const facts = await this.#held.holding.ended;
    if (!this.#isStopped) this.#tell(facts, this.#endInstant());
    this.#isStopped = true;
    this.#close();
  }

  /** Each instant has one result, and the next slot's is its own. */
  #endInstant(): EpochMs {
    const atMs = Math.max(Math.floor(this.#clock.now()), this.#toldAtMs + 1);
    return Math.min(atMs, Math.max(this.#endsAtMs - 1, this.#toldAtMs + 1));
  }

  async #tellEachMinute(): Promise<void> {
    const { slotAtMs } = this.#held.input;
    for (let atMs = slotAtMs + SAMPLE_EVERY_MS; ; atMs += SAMPLE_EVERY_MS) {
      await this.#sleepUntil(atMs);
      if (this.#isStopped) return;
      const nowMs = this.#clock.now();
      // After a clock was set back, its minutes come again: whose they are could not be told.
      if (nowMs >= this.#endsAtMs || nowMs < atMs) return void this.end();
      // A process that stood still tells nothing of the minutes that it has not seen.
      if (nowMs - atMs <= SLOT_SLACK_MS) this.#tell(this.#held.holding.sample(), atMs);
    }
  }

  /** Until then, or until the task's next check is due; it looks now and then whether that is known. */
  async #sleepUntil(atMs: EpochMs): Promise<void> {
    while (!this.#isStopped) {
      const nowMs = this.#clock.now();
      const leftMs = Math.min(atMs, this.#endsAtMs) - nowMs;
      if (leftMs <= 0 || isAhead(atMs, nowMs)) return;
      await this.#clock.sleep(Math.min(leftMs, CLOCK_LOOK_MS), this.#over.signal);
    }
  }

  #tell(facts: Parameters<HeldCheck["resultOf"]>[0], atMs: EpochMs): void {
    this.#toldAtMs = atMs;
    this.#listener.took(this, this.#held.resultOf(facts, atMs));
  }

  #close(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#held.close();
    this.#listener.closed(this);
  }
}
