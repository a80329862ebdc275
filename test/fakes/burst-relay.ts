import type { BurstQueue, BurstStore } from "../../functions/ports/burst-relay.ts";
import type { NextBurst } from "../../shared/request/request.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What becomes of a message: the sender's answer, and how late each delivery is. */
export interface MessageFate {
  readonly answer: "sent" | "failed";
  readonly lateMs: readonly DurationMs[];
}

export const SENT: MessageFate = { answer: "sent", lateMs: [0] };

/** A queue and its store in virtual time; whoever makes one says what becomes of each message. */
export class FakeBurstRelay implements BurstQueue, BurstStore {
  readonly sent: { readonly next: NextBurst; readonly delayMs: DurationMs }[] = [];
  readonly #taken = new Map<string, EpochMs>();
  readonly #clock: VirtualClock;
  readonly #fateOf: (count: number) => MessageFate;
  readonly #deliver: (next: NextBurst) => Promise<void>;
  #open = 0;

  constructor(
    clock: VirtualClock,
    deliver: (next: NextBurst) => Promise<void>,
    fateOf: (count: number) => MessageFate = () => SENT,
  ) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#fateOf = fateOf;
  }

  async send(next: NextBurst, delayMs: DurationMs): Promise<"sent" | "failed"> {
    const { answer, lateMs } = this.#fateOf(this.sent.length);
    this.sent.push({ next, delayMs });
    const wholeMs = Math.floor(delayMs / 1_000) * 1_000;
    for (const late of lateMs) void this.#bring(next, wholeMs + late);
    return answer;
  }

  async takeBurst({ shard, termFromMs, fromMs }: NextBurst): Promise<"taken" | "lost"> {
    const term = `${shard} ${termFromMs}`;
    if ((this.#taken.get(term) ?? 0) >= fromMs) return "lost";
    this.#taken.set(term, fromMs);
    return "taken";
  }

  async isTaken({ shard, termFromMs, fromMs }: NextBurst): Promise<boolean> {
    return (this.#taken.get(`${shard} ${termFromMs}`) ?? 0) >= fromMs;
  }

  /** Until every message has been delivered and answered. */
  async drained(): Promise<void> {
    while (this.#open > 0) await this.#clock.sleep(1_000);
  }

  async #bring(next: NextBurst, afterMs: DurationMs): Promise<void> {
    this.#open++;
    await this.#clock.sleep(afterMs);
    // Only a store that is away makes an invocation fail.
    await this.#deliver(next).catch(() => undefined);
    this.#open--;
  }
}
