import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";

const MOST_PER_ADDRESS = 5;
const MOST_OF_ALL = 50;
const SPAN_MS: DurationMs = SECOND_MS;

/** Counts tries of a token that were wrong. After too many in a second no further one is looked at. */
export class Attempts {
  readonly #now: () => EpochMs;
  readonly #byAddress = new Map<string, number>();
  #spanStartMs: EpochMs = 0;
  #count = 0;

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  /** Whether this address may try now. */
  mayTry(address: string): boolean {
    this.#begin();
    return this.#count < MOST_OF_ALL && (this.#byAddress.get(address) ?? 0) < MOST_PER_ADDRESS;
  }

  /** Notes a try that was wrong. */
  noteWrong(address: string): void {
    this.#begin();
    this.#count += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  #begin(): void {
    const nowMs = this.#now();
    const ageMs = nowMs - this.#spanStartMs;
    if (ageMs >= 0 && ageMs < SPAN_MS) return;
    this.#spanStartMs = nowMs;
    this.#count = 0;
    this.#byAddress.clear();
  }
}
