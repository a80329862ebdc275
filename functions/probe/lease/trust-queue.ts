import type { NextBurst } from "../../../shared/request/request.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS } from "../../../shared/units.ts";
import type { BurstStore } from "../../ports/burst-relay.ts";

/** How long a probe waits itself after a message that nobody took: each try may lose the rest of a term. */
const DOUBT_MS: DurationMs = HOUR_MS;

/** What a process knows of the queue: a queue that takes messages and brings none must not be used. */
export class QueueTrust {
  /** By shard. */
  readonly #lastSent = new Map<number, NextBurst>();
  #lostAtMs: EpochMs = Number.NEGATIVE_INFINITY;

  /** Remembers a message that was sent. */
  noteSent(next: NextBurst): void {
    this.#lastSent.set(next.shard, next);
  }

  /** Whether messages may be sent: not for a while after one that nobody took. */
  async holds(
    shard: number,
    nowMs: EpochMs,
    bursts: Pick<BurstStore, "isTaken">,
  ): Promise<boolean> {
    if (this.isLost(nowMs)) return false;
    const last = this.#lastSent.get(shard);
    if (last === undefined || nowMs <= last.fromMs + SLOT_SLACK_MS) return true;
    // If that can't be asked, it is no time for messages either.
    const isTaken = await bursts.isTaken(last).catch(() => null);
    if (isTaken === null) return false;
    this.#lastSent.delete(shard);
    if (!isTaken) this.#lostAtMs = nowMs;
    return isTaken;
  }

  /** Whether a message was lost lately; one that was lost by a clock ahead is not known of any more. */
  isLost(nowMs: EpochMs): boolean {
    return Math.abs(nowMs - this.#lostAtMs) < DOUBT_MS;
  }
}
