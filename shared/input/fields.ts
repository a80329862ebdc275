import { nearestName } from "./nearest-name.ts";
import { showKey } from "./problem.ts";

/** A table of fields, as a format's parser gives it. */
export type Fields = Readonly<Record<string, unknown>>;

/** Notes one broken rule; reading goes on. */
export type Report = (field: string, rule: string, value?: unknown) => void;

/** The table being read: its position in the task, and where its problems go. */
export interface InputTable {
  readonly fields: Fields;
  /** Empty, or the path to this table with a dot at its end, e.g. `alert.warning.`. */
  readonly path: string;
  readonly report: Report;
}

/** Least and greatest value allowed. */
export type Range = readonly [least: number, greatest: number];

const MAX_LABEL_CHARACTERS = 200;

/** Whether a value is a plain table, not a list, set, date or buffer. */
export function isFields(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A table's own field; fields of its prototype are not the user's. */
export function ownField(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Reads a whole number within `range`. */
export function readWhole(item: InputTable, name: string, range: Range): number | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  const isWhole = Number.isInteger(value) || typeof value === "bigint";
  if (!isWhole) return refuse(item, name, "must be a whole number");
  const [least, greatest] = range;
  const whole = Number(value);
  if (whole >= least && whole <= greatest) return whole;
  return refuse(
    item,
    name,
    least === greatest ? `must be ${least}` : `must be ${least} to ${greatest}`,
  );
}

/** Reads a number within `range`, which need not be whole. */
export function readNumber(item: InputTable, name: string, range: Range): number | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  const [least, greatest] = range;
  const number =
    typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  if (number >= least && number <= greatest) return number + 0;
  return refuse(item, name, `must be a number from ${least} to ${greatest}`);
}

/** Reads one of a few words. */
export function readChoice<T extends string>(
  item: InputTable,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  return chosen ?? refuse(item, name, `must be ${orList(choices.map((c) => JSON.stringify(c)))}`);
}

/** Reads true or false. */
export function readFlag(item: InputTable, name: string): boolean | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined || typeof value === "boolean") return value;
  return refuse(item, name, "must be true or false");
}

/** A text without the blanks at its ends, which no reader sees. */
export function trimBlanks(text: string): string {
  return text.replace(/^\p{Zs}+|\p{Zs}+$/gu, "");
}

/** Reads a short text that fits into a line and a key, without the blanks at its ends. */
export function readLabel(item: InputTable, name: string): string | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  if (isLabel(value, MAX_LABEL_CHARACTERS)) return trimBlanks(value);
  const rule = `must be 1 to ${MAX_LABEL_CHARACTERS} characters without control characters`;
  return refuse(item, name, rule);
}

/** Controls, line separators, lone surrogates, and what changes the direction of the text after it. */
const NO_LABEL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a value is text of 1 to `max` characters that fits into a line. */
export function isLabel(value: unknown, max: number): value is string {
  if (typeof value !== "string" || value.trim() === "" || value.length > 2 * max) return false;
  return [...value].length <= max && !NO_LABEL.test(value);
}

/** The one of some fields that is given; reports it if none is, or several are. */
export function readOneOf<T extends string>(item: InputTable, names: readonly T[]): T | undefined {
  const given = names.filter((name) => ownField(item.fields, name) !== undefined);
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  const wanted = `one of ${names.join(", ")}`;
  if (only === undefined) item.report(wanted, "is required");
  else item.report(given.join(", "), "exclude each other");
  return undefined;
}

/** Reports a field that is absent; its value may be wrong. */
export function requireField(item: InputTable, name: string): void {
  if (ownField(item.fields, name) === undefined) refuse(item, name, "is required");
}

/** Reads a table within the table. */
export function readTable(item: InputTable, name: string): InputTable | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  if (!isFields(value)) return refuse(item, name, "must be a table of fields");
  return { fields: value, path: `${item.path}${name}.`, report: item.report };
}

/** To look for the name that was meant takes time, and an item of 400 KB can have 100,000 fields. */
const NAMED_UNKNOWN = 10;

/** Reports the fields that `known` does not name, the first ones with the name that was probably meant. */
export function refuseUnknown(item: InputTable, known: readonly string[], what: string): void {
  const names = new Set(known);
  const unknown = Object.keys(item.fields).filter((key) => !names.has(key));
  for (const key of unknown.slice(0, NAMED_UNKNOWN)) {
    const meant = nearestName(key, known);
    const hint = meant === null ? "" : ` (did you mean "${meant}"?)`;
    const rule = `is not a field of ${what}${hint}`;
    item.report(`${item.path}${showKey(key)}`, rule, item.fields[key]);
  }
  const moreCount = unknown.length - NAMED_UNKNOWN;
  if (moreCount > 0) item.report(`${moreCount} more names`, `are not fields of ${what}`);
}

/** Reports the rule that a field breaks. */
export function refuse(item: InputTable, name: string, rule: string): undefined {
  item.report(`${item.path}${name}`, rule, ownField(item.fields, name));
}

/** Joins words as in `a`, `a or b` and `a, b or c`. */
export function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A copy without the fields that are undefined. */
export function omitUndefined<T extends object>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
