import type { ProbeResult } from "../../../shared/result/result.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { HeldCheck } from "../check/check.ts";
import type { Clock } from "../timing/timing.ts";
import { HeldTask, type HeldTaskListener } from "./held-task.ts";

/** Takes what the connections of a shard tell, while it is the shard's current one. */
export interface ShardTerm {
  /** What is told of later instants is the next term's. */
  readonly untilMs: EpochMs;
  took(held: HeldTask, result: ProbeResult): void;
  /** It is not the current one any more: another one is, or nothing is held. */
  replaced(): void;
}

/** What no term has taken yet. */
interface Untold {
  readonly held: HeldTask;
  readonly result: ProbeResult;
}

/** The connections that are held for one shard, one for a task. */
export class HeldShard implements HeldTaskListener {
  readonly #clock: Clock;
  readonly #byTask = new Map<string, HeldTask>();
  /** The last of each task, so that there are no more than tasks. */
  readonly #untold = new Map<string, Untold>();
  #term: ShardTerm | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#byTask.size === 0;
  }

  /** Whether a term takes what its connections tell. */
  get hasTerm(): boolean {
    return this.#term !== null;
  }

  /** The connections that are held now. */
  get held(): readonly HeldTask[] {
    return [...this.#byTask.values()];
  }

  /** Takes a connection; one that is still held for the same task is ended. */
  add(check: HeldCheck): HeldTask {
    const held = new HeldTask(check, this.#clock, this);
    void this.#byTask.get(held.task.name)?.end();
    this.#byTask.set(held.task.name, held);
    return held;
  }

  /** A term takes from now on what the connections tell. */
  serve(term: ShardTerm): void {
    const before = this.#term;
    this.#term = term;
    before?.replaced();
  }

  /** What came between two terms. */
  takeUntold(): Untold[] {
    const untold = [...this.#untold.values()];
    this.#untold.clear();
    return untold;
  }

  /** A term takes no more. */
  leave(term: ShardTerm): void {
    if (this.#term === term) this.#term = null;
  }

  /** Ends all politely. */
  endAll(): void {
    for (const held of this.held) void held.end();
  }

  took(held: HeldTask, result: ProbeResult): void {
    const term = this.#term;
    if (term !== null && result.slotAtMs < term.untilMs) term.took(held, result);
    else this.#untold.set(held.task.name, { held, result });
  }

  closed(held: HeldTask): void {
    // Its task's next connection may be there already.
    if (this.#byTask.get(held.task.name) === held) this.#byTask.delete(held.task.name);
    if (!this.isEmpty) return;
    const term = this.#term;
    this.#term = null;
    term?.replaced();
  }
}
