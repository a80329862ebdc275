import { createRequire } from "node:module";
import type { FindPatternFault } from "../../shared/task/task.ts";

let findFault: FindPatternFault | null = null;

/** What is wrong with a regular expression of a task; null if nothing is. */
export function findPatternFault(pattern: string): string | null {
  findFault ??= loadPattern().findPatternFault;
  return findFault(pattern);
}

/** In the deployed function, a file beside its code: see `writeBundle`. Parsers can't wait for an `import`. */
function loadPattern(): { readonly findPatternFault: FindPatternFault } {
  return createRequire(`${import.meta.dirname}/`)("#pattern");
}
