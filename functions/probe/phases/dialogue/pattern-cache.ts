import { Pattern } from "./pattern.ts";

/** So many patterns are kept compiled; one takes some 10 KB. */
const MOST_KEPT = 500;

/** Compiled patterns by their text; the one that was not used for the longest time goes first. */
export class PatternCache {
  readonly #kept = new Map<string, Pattern>();

  /** Throws a `PatternError`. */
  get(text: string): Pattern {
    const pattern = this.#kept.get(text) ?? new Pattern(text);
    this.#kept.delete(text);
    this.#kept.set(text, pattern);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return pattern;
  }
}
