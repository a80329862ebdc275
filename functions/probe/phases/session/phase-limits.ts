import type { PhaseTimeouts } from "../../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS } from "../../../../shared/units.ts";
import type { Clock } from "../../timing/timing.ts";

/** An answer is waited for so long unless the task says otherwise, and never beyond its timeout. */
const USUAL_READ_MS: DurationMs = 30 * SECOND_MS;

/** Until when a check may wait, on the monotonic clock: the task's timeout bounds all phases together. */
export class PhaseLimits {
  readonly #clock: Clock;
  readonly #timeouts: PhaseTimeouts;
  readonly #endMs: DurationMs;

  /** `leftMs` is what the connect has left of the task's timeout. */
  constructor(clock: Clock, leftMs: DurationMs, timeouts: PhaseTimeouts = {}) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#endMs = clock.monotonic() + leftMs;
  }

  /** The end of a phase that begins now. */
  endOf(phase: "tls" | "dialogue"): DurationMs {
    const limitMs = phase === "tls" ? this.#timeouts.tlsMs : this.#timeouts.dialogueMs;
    return Math.min(this.#endMs, this.#clock.monotonic() + (limitMs ?? Number.POSITIVE_INFINITY));
  }

  /** The end of a wait for an answer that begins now, in a phase that ends then. */
  endOfRead(phaseEndMs: DurationMs): DurationMs {
    const readMs = this.#timeouts.readMs ?? USUAL_READ_MS;
    return Math.min(phaseEndMs, this.#clock.monotonic() + readMs);
  }
}
