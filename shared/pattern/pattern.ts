import { RE2JS, RE2JSSyntaxException } from "re2js";

/** A match costs its text times the instructions of the program: see `Pattern` of the dialogue. */
const MOST_INSTRUCTIONS = 500;

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

/** Compiles a pattern, in which `^` and `$` are the beginning and the end of a line. */
function compilePattern(text: string): RE2JS {
  return RE2JS.compile(text, RE2JS.MULTILINE);
}
