import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import { type EpochMs, SECOND_MS, toEpochSeconds } from "../../../shared/units.ts";
import type { Item } from "./table.ts";

/** Attributes as plain values, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A stored item that is being read. `kind` names it in errors. */
export interface StoredItem {
  readonly kind: string;
  readonly fields: Fields;
}

/** Begins to read an item; throws if the value has no attributes. */
export function storedItem(kind: string, value: unknown): StoredItem {
  if (isMap(value)) return { kind, fields: value };
  throw damaged({ kind }, "it must be a map");
}

/** The attribute's text; throws if it has none. */
export function readText(item: StoredItem, field: string): string {
  const value = item.fields[field];
  if (typeof value !== "string") throw damaged(item, `${field} must be a text`);
  return value;
}

/** The attribute's number; throws if it has none. */
export function readNumber(item: StoredItem, field: string): number {
  const value = item.fields[field];
  if (typeof value !== "number") throw damaged(item, `${field} must be a number`);
  return value;
}

/** The attribute's whole number; throws if it has none. */
export function readInteger(item: StoredItem, field: string): number {
  const value = item.fields[field];
  if (isInteger(value)) return value;
  throw damaged(item, `${field} must be a whole number`);
}

/** The last instant that a date can show. */
export const LATEST_MS = 8_640_000_000_000_000;

/** The attribute's instant: a whole number of milliseconds since 1970 that a date can show; else throws. */
export function readInstant(item: StoredItem, field: string): EpochMs {
  const value = item.fields[field];
  if (isInstant(value)) return value;
  throw damaged(item, `${field} must be an instant`);
}

/** Whether the value is an instant that a date can show. */
export function isInstant(value: unknown): value is EpochMs {
  return isInteger(value) && value >= 0 && value <= LATEST_MS;
}

/** The attribute's list; throws if it has none. */
export function readList(item: StoredItem, field: string): readonly unknown[] {
  const value = item.fields[field];
  if (!Array.isArray(value)) throw damaged(item, `${field} must be a list`);
  return value;
}

/** The attribute's map; throws if it has none. */
export function readMap(item: StoredItem, field: string): Fields {
  const value = item.fields[field];
  if (!isMap(value)) throw damaged(item, `${field} must be a map`);
  return value;
}

/** Whether the value is a whole number that a JavaScript number holds exactly. */
export function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** The error for a stored item that breaks a rule. */
export function damaged({ kind }: Pick<StoredItem, "kind">, rule: string): Error {
  return new Error(`Stored ${kind} is damaged: ${rule}`);
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The TTL attribute of an item that expires at `expiresAtMs`. */
export function expiryAttribute(expiresAtMs: EpochMs): Item {
  return { [TTL_ATTRIBUTE]: { N: String(toEpochSeconds(expiresAtMs)) } };
}

/** When an item expires, or null if it never does. */
export function expiryOf(item: Item): EpochMs | null {
  const seconds = item[TTL_ATTRIBUTE]?.N;
  return seconds === undefined ? null : Number(seconds) * SECOND_MS;
}

/** DynamoDB deletes an expired item hours or days later. Until then readers must ignore it. */
export function isExpired(item: Item, nowMs: EpochMs): boolean {
  const expiresAtMs = expiryOf(item);
  return expiresAtMs !== null && expiresAtMs <= nowMs;
}
