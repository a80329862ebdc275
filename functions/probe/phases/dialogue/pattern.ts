import type { RE2JS } from "re2js";
import { compilePattern, MOST_INSTRUCTIONS } from "../../../../shared/pattern/pattern.ts";

/**
 * A match costs its text times the size of its program. With so much at once it took 3.4 ms in the
 * worst of 22 nasty patterns on seven kinds of text, and less than 0.6 ms in all but that one: other
 * checks of the process wait no longer.
 */
const MOST_COST = 64 * 1_024;

/** No more is looked at at once, however small the program is. */
const MOST_WINDOW_BYTES = 8 * 1_024;

/** What a pattern matched, by places in the bytes, and what it captured by name. */
export interface Match {
  readonly fromByte: number;
  readonly toByte: number;
  /** Empty for a group that took no part. */
  readonly captured: ReadonlyMap<string, Buffer>;
}

/** A compiled regular expression in RE2's syntax, over bytes that are read as UTF-8. */
export class Pattern {
  readonly #compiled: RE2JS;
  /** How much is looked at at once. */
  readonly windowBytes: number;

  /** Throws a `PatternError`. */
  constructor(text: string) {
    this.#compiled = compile(text);
    const instructionCount = this.#compiled.programSize();
    if (instructionCount > MOST_INSTRUCTIONS) throw new PatternError("ERR_PATTERN_TOO_LARGE");
    this.windowBytes = Math.min(MOST_WINDOW_BYTES, Math.floor(MOST_COST / instructionCount));
  }

  /** The first match that begins at this byte or later. It takes time by the length of the bytes. */
  find(bytes: Buffer, fromByte: number): Match | null {
    const matcher = this.#compiled.matcher(bytes);
    if (!matcher.find(fromByte)) return null;
    const captured = Object.keys(this.#compiled.namedGroups()).map((name): [string, Buffer] => {
      const beginsAt = matcher.start(name);
      return [
        name,
        Buffer.from(bytes.subarray(Math.max(0, beginsAt), Math.max(0, matcher.end(name)))),
      ];
    });
    return { fromByte: matcher.start(), toByte: matcher.end(), captured: new Map(captured) };
  }
}

/** A pattern that this probe can't use. */
export class PatternError extends Error {
  override readonly name = "PatternError";
  readonly code: "ERR_PATTERN" | "ERR_PATTERN_TOO_LARGE";

  constructor(code: PatternError["code"]) {
    super(code);
    this.code = code;
  }
}

function compile(text: string): RE2JS {
  try {
    return compilePattern(text);
  } catch {
    throw new PatternError("ERR_PATTERN");
  }
}
