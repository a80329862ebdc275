import type { EpochMs } from "../../../shared/units.ts";

/** Something that happens at an instant. */
interface Due {
  readonly atMs: EpochMs;
  readonly happen: () => void;
}

/** What is to happen, in order; of the same instant, what was said first. */
export class Timeline {
  readonly #dues: Due[] = [];

  /** When the next thing happens; infinity if there is none. */
  get nextMs(): EpochMs {
    return this.#dues[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  get isEmpty(): boolean {
    return this.#dues.length === 0;
  }

  at(atMs: EpochMs, happen: () => void): void {
    let place = this.#dues.length;
    while (place > 0 && (this.#dues[place - 1]?.atMs ?? 0) > atMs) place--;
    this.#dues.splice(place, 0, { atMs, happen });
  }

  /** Lets the next thing happen. */
  step(): void {
    this.#dues.shift()?.happen();
  }
}
