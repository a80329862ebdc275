import { isAhead } from "../../../shared/slot/slot.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { CheckServices } from "../check/check.ts";
import { sleepUntil } from "../timing/timing.ts";
import type { ScheduledCheck } from "./scheduled-check.ts";

/** What becomes of a recheck: exactly one of the two. */
interface RecheckFate {
  readonly start: (check: ScheduledCheck) => void;
  /** The signal ended, or the clock was set back, before it was due. */
  readonly drop: () => void;
}

/** Rechecks that wait for their instants. One timer serves all: a thousand targets may fail at once. */
export class RecheckQueue {
  readonly #services: Pick<CheckServices, "clock" | "signal">;
  readonly #fate: RecheckFate;
  /** In order of their instants. */
  readonly #waiting: ScheduledCheck[] = [];
  /** Ends the sleep until the first of them; null if it is not slept for. */
  #wake: (() => void) | null = null;

  constructor(services: Pick<CheckServices, "clock" | "signal">, fate: RecheckFate) {
    this.#services = services;
    this.#fate = fate;
  }

  add(check: ScheduledCheck): void {
    const before = this.#waiting.findLastIndex(({ slotAtMs }) => slotAtMs <= check.slotAtMs);
    this.#waiting.splice(before + 1, 0, check);
    if (this.#wake === null) void this.#serve();
    else if (before < 0) this.#wake();
  }

  async #serve(): Promise<void> {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      await this.#sleepUntil(first.slotAtMs);
      this.#serveDue();
    }
    this.#wake = null;
  }

  async #sleepUntil(atMs: EpochMs): Promise<void> {
    const { clock, signal } = this.#services;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleepUntil(clock, atMs, AbortSignal.any([signal, woken.signal]));
  }

  #serveDue(): void {
    const { clock, signal } = this.#services;
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const isDropped = signal.aborted || isAhead(first.slotAtMs, clock.now());
      if (!isDropped && first.slotAtMs > clock.now()) return;
      this.#waiting.shift();
      if (isDropped) this.#fate.drop();
      else this.#fate.start(first);
    }
  }
}
