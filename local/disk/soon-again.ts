import type { DurationMs } from "../../shared/units.ts";

/** A kill loses what waits for the disk, so what the disk can take again waits no longer than this. */
const PAUSE_MS: DurationMs = 250;

/** Writes again what a disk that fails did not take, soon and until it does. Keeps no process alive. */
export class SoonAgain {
  readonly #write: () => unknown;
  #timer: NodeJS.Timeout | null = null;

  constructor(write: () => unknown) {
    this.#write = write;
  }

  /** The last write failed: there will be another one. */
  ask(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#write();
    }, PAUSE_MS).unref();
  }
}
