import { createHash } from "node:crypto";

/**
 * A stable 32-bit hash of a text (FNV-1a, then murmur3's finaliser, so that similar names have very
 * different hashes). Slots and shards depend on it: another hash moves every task.
 */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** An id that any replay derives again: the first 128 bits of SHA-256 over the parts, in hex. */
export function deriveId(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
