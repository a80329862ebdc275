import type { Check } from "../model/check.ts";

/** What is no group and no anchor: quoted text, escaped characters, and classes of characters. */
const OPAQUE = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/y;

/** The parts of a pattern: what stands for itself as a whole, and single characters. */
function partsOf(pattern: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from < pattern.length; ) {
    OPAQUE.lastIndex = from;
    const part = OPAQUE.exec(pattern)?.[0] ?? pattern[from] ?? "";
    parts.push(part);
    from += Math.max(1, part.length);
  }
  return parts;
}

/**
 * A pattern that Go matches against single lines, without their end. Here it meets the text as it comes,
 * with `\r` before the end of a line.
 */
export function linePattern(check: Check, pattern: string): string {
  const fixed = withoutBarePlus(check, pattern);
  return partsOf(fixed)
    .map((part) => (part === "$" ? "\\r?$" : withinLine(part)))
    .join("");
}

/** What a line has no more of is no part of `[^ ]` either. */
function withinLine(part: string): string {
  if (!part.startsWith("[^") || part.length < 4) return part;
  const [, rest = ""] = /^\[\^([\s\S]*)$/.exec(part) ?? [];
  return rest.startsWith("]") ? `[^\\r\\n\\${rest}` : `[^\\r\\n${rest}`;
}

/** `^+` repeats an anchor: `^+OK` matches "OK", and never the "+OK" that is meant. */
function withoutBarePlus(check: Check, pattern: string): string {
  if (!/\^\+/.test(partsOf(pattern).join(""))) return pattern;
  const fixed = pattern.replace(/(?<!\\)\^\+/g, "^\\+");
  if (fixed === pattern) return pattern;
  check.changed.push(
    `the pattern ${JSON.stringify(pattern)} can't match a "+": it is written as ${JSON.stringify(fixed)}`,
  );
  return fixed;
}

/** The pattern with a name for each of these groups, counted from 1; a group that has a name keeps it. */
export function nameGroups(
  pattern: string,
  names: ReadonlyMap<number, string>,
): { readonly pattern: string; readonly names: ReadonlyMap<number, string> } {
  const parts = partsOf(pattern);
  const given = new Map<number, string>();
  let group = 0;
  const named = parts.map((part, i) => {
    if (part !== "(") return part;
    const own = /^\?P?<(\w+)>/.exec(parts.slice(i + 1, i + 70).join(""))?.[1];
    if (parts[i + 1] === "?" && own === undefined) return part;
    group += 1;
    const name = own ?? names.get(group);
    if (name === undefined) return part;
    given.set(group, name);
    return own === undefined ? `(?P<${name}>` : part;
  });
  return { pattern: named.join(""), names: given };
}
