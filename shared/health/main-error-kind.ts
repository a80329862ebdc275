import { ERROR_KINDS, type ErrorKind } from "../result/result.ts";
import type { Figures } from "../summary/summary.ts";

/** The kind that most of the failures had, the first of `ERROR_KINDS` among equals; null without failures. */
export function mainErrorKind(all: readonly Figures[]): ErrorKind | null {
  let main: ErrorKind | null = null;
  let most = 0;
  for (const kind of ERROR_KINDS) {
    if (kind === "internal" || kind === "unsupported") continue;
    const count = all.reduce((sum, figures) => sum + (figures.failuresByKind[kind] ?? 0), 0);
    if (count > most) [main, most] = [kind, count];
  }
  return main;
}
