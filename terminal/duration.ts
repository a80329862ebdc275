import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
} from "../shared/units.ts";

const UNITS: readonly (readonly [string, DurationMs])[] = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["min", MINUTE_MS],
  ["s", SECOND_MS],
];

/** How long something lasts, in whole units: `45 s`, `12 min`, `3 h 5 min`, `3 d 4 h`. */
export function showLength(ms: DurationMs): string {
  const largest = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  const [name, unitMs] = UNITS[largest] ?? ["s", SECOND_MS];
  const whole = `${Math.floor(ms / unitMs)} ${name}`;
  const [smallerName = "", smallerMs = unitMs] = UNITS[largest + 1] ?? [];
  const rest = Math.floor((ms % unitMs) / smallerMs);
  // A minute is exact enough for people.
  return rest === 0 || ms < HOUR_MS ? whole : `${whole} ${rest} ${smallerName}`;
}

/** How long something has lasted since an instant; one that is to come counts as now. */
export function showSince(atMs: EpochMs, nowMs: EpochMs): string {
  return showLength(Math.max(0, nowMs - atMs));
}
