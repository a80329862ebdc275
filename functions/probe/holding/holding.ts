import { type DurationMs, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import type { Holder } from "../check/check.ts";
import type { Clock } from "../timing/timing.ts";
import { HeldShard } from "./held-shard.ts";
import { type HoldTerm, TermHolds } from "./term-holds.ts";

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

  /** The holder of a lease term's checks. */
  openTerm(term: HoldTerm): Holder {
    const { longestMs } = this;
    return new TermHolds(term, { ...this.#setup, longestMs, shard: this.#shardOf(term) });
  }

  /** On AWS each term has its own: the next one may run elsewhere. */
  #shardOf({ shard }: HoldTerm): HeldShard {
    const { clock, isAlwaysOn } = this.#setup;
    const known = isAlwaysOn ? this.#shards.get(shard) : undefined;
    const held = known ?? new HeldShard(clock);
    if (isAlwaysOn) this.#shards.set(shard, held);
    return held;
  }
}
