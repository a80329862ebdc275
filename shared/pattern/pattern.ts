import { RE2JS, RE2JSSyntaxException } from "re2js";

/**
 * A match costs its text times the instructions of the program: of a larger one, a probe could look at too
 * little text at once.
 */
export const MOST_INSTRUCTIONS = 500;

/** What keeps a text from being a pattern that a probe may run; null if nothing does. */
export function findPatternFault(text: string): string | null {
  try {
    const instructionCount = compilePattern(text).programSize();
    if (instructionCount <= MOST_INSTRUCTIONS) return null;
    return `it has ${instructionCount} instructions, at most ${MOST_INSTRUCTIONS}`;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error.error;
    throw error;
  }
}

/**
 * Compiles a pattern, in which `^` and `$` are the beginning and the end of a line. Throws what RE2JS throws
 * if it is none.
 */
export function compilePattern(text: string): RE2JS {
  return RE2JS.compile(text, RE2JS.MULTILINE);
}
