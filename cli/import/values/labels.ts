import { isLabel } from "../../../shared/input/input.ts";
import type { Check } from "../model/check.ts";
import { at, keysOf, textOf } from "./fields.ts";

/** Characters that no name, group or tag may have. */
const ODD = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffd]/gu;

/** A text as a label of at most so many characters; null if nothing of it is left. */
export function labelOf(text: unknown, most = 200): string | null {
  const plain = textOf(text)?.replace(ODD, " ").trim() ?? "";
  const label = [...plain].slice(0, most).join("").trim();
  return isLabel(label, most) ? label : null;
}

/** Sets the names that the task may have, the best one first. */
export function setNames(check: Check, ...names: readonly unknown[]): void {
  for (const name of names) {
    const label = labelOf(name);
    if (label !== null) check.names.push(label);
    if (label !== null && label !== textOf(name)) {
      check.changed.push("its name is changed: a name has 1 to 200 characters and no controls");
    }
  }
}

/** Sets the group of a task. */
export function setGroup(check: Check, group: unknown): void {
  const label = labelOf(group);
  if (label !== null) check.fields.target_id = label;
}

/** Sets tags from a table of texts; what can't be a tag is told. */
export function setTags(check: Check, table: unknown): void {
  const tags = new Map<string, string>();
  for (const key of keysOf(table)) {
    const value = at(table, key);
    const name = labelOf(key, 128);
    const label = labelOf(typeof value === "boolean" ? String(value) : value, 256);
    if (name === null || name === "__proto__" || label === null || tags.size === 50) {
      check.lost.push(`the label ${JSON.stringify(key.slice(0, 60))}: it can't be a tag`);
    } else tags.set(name, label);
  }
  if (tags.size > 0) check.fields.tags = Object.fromEntries(tags);
}

/** Says of each key that is set and not taken that it stays behind. */
export function loseKeys(check: Check, table: unknown, keys: readonly string[], why: string): void {
  const set = keysOf(table).filter((key) => keys.includes(key));
  if (set.length > 0) check.lost.push(`${set.join(", ")}: ${why}`);
}
