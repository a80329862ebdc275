import { type DurationMs, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import { CLOSE_AT_ONCE, type Holder } from "../check/check.ts";
import type { Clock } from "../timing/timing.ts";
import type { HeldShard } from "./held-shard.ts";
import type { HoldTerm } from "./term-holds.ts";

export { HeldShard } from "./held-shard.ts";
export { TermHolds } from "./term-holds.ts";

/** A function is frozen when its term ends, so a term waits for the connections that it holds. */
const LONGEST_HOLD_MS = { function: 50 * SECOND_MS, alwaysOn: HOUR_MS } as const;

/** How long a connection may take to end after it was held as long as it should be. */
export const GOODBYE_GRACE_MS: DurationMs = 7 * SECOND_MS;

/** Where connections are held. */
export interface HeldConnectionsSetup {
  readonly clock: Clock;
  /** The process is to end: all connections are ended politely. */
  readonly stop: AbortSignal;
  /** The process goes on between its lease terms. */
  readonly isAlwaysOn: boolean;
}

/** The connections that a process holds beyond their checks. */
export class HeldConnections {
  readonly #setup: HeldConnectionsSetup;
  readonly #shards = new Map<number, HeldShard>();

  constructor(setup: HeldConnectionsSetup) {
    this.#setup = setup;
    setup.stop.addEventListener("abort", () => {
      for (const shard of this.#shards.values()) shard.endAll();
    });
  }

  /** No connection may be held longer than this here. */
  get longestMs(): DurationMs {
    return this.#setup.isAlwaysOn ? LONGEST_HOLD_MS.alwaysOn : LONGEST_HOLD_MS.function;
  }

  /** The holder of a lease term's checks; its code is loaded for the first term that has a task to hold. */
  async openTerm(term: HoldTerm): Promise<Holder> {
    const { longestMs } = this;
    const { clock, isAlwaysOn } = this.#setup;
    const known = this.#shards.get(term.shard);
    const holdsNone = known === undefined && term.tasks.every(({ hold }) => hold === undefined);
    // Where the code can't be loaded, each check that needs it says so.
    const code = holdsNone ? null : await import("#phases").catch(() => null);
    if (code === null) return { ...CLOSE_AT_ONCE, longestMs };
    const shard = known ?? new code.HeldShard(clock);
    // On AWS each term has its own: the next one may run elsewhere.
    if (isAlwaysOn) this.#shards.set(term.shard, shard);
    return new code.TermHolds(term, { ...this.#setup, longestMs, shard });
  }
}
