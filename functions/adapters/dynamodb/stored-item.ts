import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import { type EpochMs, SECOND_MS, toEpochSeconds } from "../../../shared/units.ts";
import type { Item } from "./query-pages.ts";

/** The TTL attribute for an item that may go at `expiresAtMs`. */
export function expiryAttribute(expiresAtMs: EpochMs): Item {
  return { [TTL_ATTRIBUTE]: { N: String(toEpochSeconds(expiresAtMs)) } };
}

/** When an item expires, or null where it never does. */
export function expiryOf(item: Item): EpochMs | null {
  const seconds = item[TTL_ATTRIBUTE]?.N;
  return seconds === undefined ? null : Number(seconds) * SECOND_MS;
}

/** DynamoDB takes an expired item away hours or days later: until then readers must not see it. */
export function isExpired(item: Item, nowMs: EpochMs): boolean {
  const expiresAtMs = expiryOf(item);
  return expiresAtMs !== null && expiresAtMs <= nowMs;
}

/** The attribute's bytes; throws where it has none. */
export function bytesOf(item: Item, attribute: string): Uint8Array {
  const bytes = item[attribute]?.B;
  if (bytes === undefined) throw new Error(`Stored item has no bytes in ${attribute}`);
  return bytes;
}
