import type { Match, Pattern } from "./pattern.ts";

/**
 * Looks for a pattern in bytes that become more, through a window of bounded size. It is moved on by
 * half, so a match of up to half a window is found wherever it is, and a longer one may be missed.
 */
export class PatternSearch {
  readonly #pattern: Pattern;
  /** Matches are looked for from here on. */
  #fromByte = 0;

  constructor(pattern: Pattern) {
    this.#pattern = pattern;
  }

  /** One look through the window. `moved`: it was moved on, and there may be more to see. */
  look(received: Buffer): Match | "moved" | null {
    const { windowBytes } = this.#pattern;
    // The byte before the window tells whether it begins at the beginning of a line or of a word.
    const shownFrom = Math.max(0, this.#fromByte - 1);
    const shown = received.subarray(shownFrom, this.#fromByte + windowBytes);
    const match = this.#pattern.find(shown, this.#fromByte - shownFrom);
    if (match !== null) {
      const { fromByte, toByte } = match;
      return { ...match, fromByte: shownFrom + fromByte, toByte: shownFrom + toByte };
    }
    if (received.length < this.#fromByte + windowBytes) return null;
    this.#fromByte += Math.ceil(windowBytes / 2);
    return "moved";
  }
}
