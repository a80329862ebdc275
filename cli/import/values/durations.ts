import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";

const UNITS_MS: ReadonlyMap<string, DurationMs> = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ms", 1],
  ["s", SECOND_MS],
  ["m", 60 * SECOND_MS],
  ["h", 3_600 * SECOND_MS],
  ["d", 86_400 * SECOND_MS],
  ["w", 604_800 * SECOND_MS],
]);

const WHOLE = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w)\s*)+$/;
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)/g;

/** A duration such as `1m30s`, or a number of the unit; null if it is none. */
export function durationOf(value: unknown, unitMs: DurationMs = SECOND_MS): DurationMs | null {
  if (typeof value === "bigint") return Number(value) * unitMs;
  if (typeof value === "number") return value >= 0 && value < 1e12 ? value * unitMs : null;
  if (typeof value !== "string" || value.length > 100) return null;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * unitMs;
  if (!WHOLE.test(text)) return null;
  return [...text.matchAll(PART)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS_MS.get(unit ?? "") ?? 0),
    0,
  );
}

/** A duration as sentences show it: `250 ms`, `1.5 s`. */
export function showDuration(ms: DurationMs): string {
  return ms < SECOND_MS ? `${ms} ms` : `${Number((ms / SECOND_MS).toFixed(3))} s`;
}
