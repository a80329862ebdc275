import type { DurationMs, EpochMs } from "../../../shared/units.ts";

/** Gives what was read to all who ask within a time, and to all who ask while it is read. */
export function share<T>(
  read: () => Promise<T>,
  ageMs: DurationMs,
  now: () => EpochMs,
): () => Promise<T> {
  let last: { readonly value: T; readonly atMs: EpochMs } | null = null;
  let reading: Promise<T> | null = null;
  const begin = async () => {
    try {
      const value = await read();
      last = { value, atMs: now() };
      return value;
    } finally {
      reading = null;
    }
  };
  return async () => {
    const heldMs = last === null ? Number.NaN : now() - last.atMs;
    if (last !== null && heldMs >= 0 && heldMs < ageMs) return last.value;
    reading ??= begin();
    return reading;
  };
}
