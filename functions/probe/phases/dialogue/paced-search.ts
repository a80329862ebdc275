import type { DurationMs } from "../../../../shared/units.ts";
import type { Clock } from "../../timing/timing.ts";
import type { Match } from "./pattern.ts";
import type { PatternSearch } from "./pattern-search.ts";

/** After so much matching comes a pause. */
const SPELL_MS: DurationMs = 2;

/** A pause is so much longer than the matching before it: a dialogue takes a tenth of the time at most. */
const PAUSE_FACTOR = 9;

/** Searches without keeping the process for itself, whatever the pattern and the server do. */
export class PacedSearch {
  readonly #clock: Clock;
  #spentMs: DurationMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks through all that has come, with pauses; null if there is no match, or no time left. */
  async find(search: PatternSearch, received: Buffer, untilMs: DurationMs): Promise<Match | null> {
    for (;;) {
      const found = this.#timed(() => search.look(received));
      if (found !== null && found !== "moved") return found;
      await this.#rest(untilMs);
      if (found === null || this.#clock.monotonic() >= untilMs) return null;
    }
  }

  #timed<T>(work: () => T): T {
    const beganMs = this.#clock.monotonic();
    const result = work();
    this.#spentMs += this.#clock.monotonic() - beganMs;
    return result;
  }

  async #rest(untilMs: DurationMs): Promise<void> {
    if (this.#spentMs < SPELL_MS) return;
    const pauseMs = this.#spentMs * PAUSE_FACTOR;
    this.#spentMs = 0;
    await this.#clock.sleep(Math.max(0, Math.min(pauseMs, untilMs - this.#clock.monotonic())));
  }
}
