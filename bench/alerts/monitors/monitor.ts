import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { Note } from "../note.ts";
import type { Setting } from "../setting.ts";

/** A check that has ended, as a monitor sees it. */
export interface Seen {
  readonly region: number;
  readonly slotAtMs: EpochMs;
  /** When it is known. */
  readonly atMs: EpochMs;
  readonly passed: boolean;
  /** The connect time, if it passed. */
  readonly tookMs: DurationMs;
}

/** A peer's rule at work on one target: it gets every check in order, and tells what it would. */
export interface Monitor {
  take(seen: Seen): void;
  /** When it wants to be woken without a check; infinity if never. */
  readonly wakeAtMs: EpochMs;
  wake(atMs: EpochMs): void;
  /** Whether more checks that pass would change nothing. */
  readonly isQuiet: boolean;
  readonly notes: readonly Note[];
}

/** A peer's rule and how it checks. */
export interface Peer {
  readonly name: string;
  /** Where the rule is stated. */
  readonly source: string;
  /** A peer that runs in one place looks from the first region. */
  readonly places: "one" | "all";
  /** All places check at the same instant. */
  readonly isInStep: boolean;
  /** How long after a failed attempt each retry begins; the first that passes counts. */
  readonly retryDelaysMs: readonly DurationMs[];
  readonly start: (setting: Setting) => Monitor;
}

/** A monitor's notes: one page at a time. */
export class Pager {
  readonly notes: Note[] = [];
  #isOpen = false;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Tells a change of `isDown`, and nothing if it is none. */
  tell(isDown: boolean, atMs: EpochMs): void {
    if (isDown === this.#isOpen) return;
    this.#isOpen = isDown;
    this.notes.push({ atMs, what: isDown ? "page" : "recovery" });
  }
}

/** Checks in a row: enough failures turn it down, enough successes up again. */
export class Streak {
  readonly #needed: { readonly failures: number; readonly successes: number };
  #count = 0;
  isDown = false;

  constructor(failures: number, successes: number) {
    this.#needed = { failures, successes };
  }

  /** Whether a check that passes would change nothing. */
  get isQuiet(): boolean {
    return !this.isDown && this.#count === 0;
  }

  take(passed: boolean): void {
    if (passed !== this.isDown) {
      this.#count = 0;
      return;
    }
    this.#count++;
    if (this.#count < (passed ? this.#needed.successes : this.#needed.failures)) return;
    this.isDown = !this.isDown;
    this.#count = 0;
  }
}

/** No monitor needs to be woken that has no clock of its own. */
export const NEVER_MS: EpochMs = Number.POSITIVE_INFINITY;
