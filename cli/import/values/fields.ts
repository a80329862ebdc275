import { type Fields, isFields as isTable, ownField } from "../../../shared/input/input.ts";
import { Code } from "../model/code.ts";

/** The value at a path of keys; undefined where a part is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, name) => (isFields(part) ? ownField(part, name) : undefined),
    value,
  );
}

/** The first of some keys that has a value: tools write `hostNames` and `host_names`. */
export function atAny(value: unknown, ...names: readonly string[]): unknown {
  for (const name of names) {
    const found = at(value, name);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

/** The tables of a list; a single table counts as a list of one. */
export function tablesOf(value: unknown): readonly Fields[] {
  return listOf(value).filter(isFields);
}

/** A list as it is, and a single value as a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A text, or a number written as one; null for anything else and for blanks. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A number, also if it is written as text. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A flag as YAML 1.1 and people write it; null if it is none. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== "string") return null;
  if (/^(?:true|yes|on|1)$/i.test(value)) return true;
  return /^(?:false|no|off|0)$/i.test(value) ? false : null;
}

/** The keys of a table whose values are set. */
export function keysOf(value: unknown): readonly string[] {
  if (!isFields(value)) return [];
  return Object.keys(value).filter((key) => value[key] !== undefined && value[key] !== null);
}

/** Whether a value is a table that the file itself has, and not code. */
function isFields(value: unknown): value is Fields {
  return isTable(value) && !(value instanceof Code) && !(value instanceof Uint8Array);
}

/** The entries of a list that only running the file could give. */
export function codeIn(value: unknown): readonly Code[] {
  return listOf(value).filter((entry) => entry instanceof Code);
}
