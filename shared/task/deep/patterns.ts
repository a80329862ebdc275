import { type InputTable, ownField, refuse } from "../../input/input.ts";

/** Says what is wrong with a regular expression in RE2's syntax; null if nothing is. */
export type FindPatternFault = (pattern: string) => string | null;

const MOST_PATTERN_CHARACTERS = 1_000;

/** Reads a regular expression. Its syntax is looked at if somebody can. */
export function readPattern(
  item: InputTable,
  name: string,
  findFault: FindPatternFault | undefined,
): string | undefined {
  const value = ownField(item.fields, name);
  const isText = typeof value === "string" && value !== "" && value.isWellFormed();
  if (!isText || value.length > MOST_PATTERN_CHARACTERS) {
    const rule = `must be a regular expression of 1 to ${MOST_PATTERN_CHARACTERS} characters`;
    return refuse(item, name, rule);
  }
  const fault = findFault?.(value) ?? null;
  if (fault === null) return value;
  return refuse(item, name, `must be a regular expression in RE2's syntax (${fault})`);
}

/** What is no group: quoted text, escaped characters, and classes of characters. */
const NO_GROUPS = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/g;

const NAMED_GROUP = /\(\?P?<(\w+)>/g;

/** The names of a regular expression's groups: they become labels. */
export function groupNames(pattern: string): readonly string[] {
  const groups = pattern.replace(NO_GROUPS, "").matchAll(NAMED_GROUP);
  return [...groups].map(([, name = ""]) => name);
}
