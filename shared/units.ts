/** An instant: milliseconds since the Unix epoch. */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type DurationMs = number;

/** The name of a region, e.g. `eu-west-1`; any label in a local fleet. */
export type RegionName = string;

/** A second in milliseconds. */
export const SECOND_MS = 1_000;

/** A minute in milliseconds. */
export const MINUTE_MS = 60_000;

/** An hour in milliseconds. */
export const HOUR_MS = 3_600_000;

/** A day in milliseconds. */
export const DAY_MS = 86_400_000;

/** The start of the whole minute that `at` is in. */
export function startOfMinute(at: EpochMs): EpochMs {
  return at - (at % MINUTE_MS);
}

/** An instant in ISO 8601, UTC, with milliseconds. */
export function toIso(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** An instant in whole Unix seconds, rounded down. */
export function toEpochSeconds(at: EpochMs): number {
  return Math.floor(at / SECOND_MS);
}

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

/** Milliseconds rounded to the microsecond, like every stored duration. */
export function toMicrosecondPrecision(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** AWS region codes and similar labels: the SDK makes a host name of them. */
const REGION_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The rule for a region's name, in words. */
export const REGION_NAME_RULE = "1 to 63 lower-case letters, digits and inner hyphens";

/** Whether a value can be the name of a region, in a fleet or in a task. */
export function isRegionName(value: unknown): value is string {
  return typeof value === "string" && REGION_NAME.test(value);
}

const LOCATION_NAME = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/** Names of AWS regions look like this, also those that do not exist yet; and one stack is called so. */
const TAKEN_NAME = /^(?:[a-z]{2,4}(?:-[a-z]+)+-\d+|home)$/;

/** The rule for the name of an agent's location, in words. */
export const LOCATION_NAME_RULE =
  "2 to 32 lower-case letters, digits and inner hyphens, beginning with a letter, and no AWS region's name";

/** Whether a value can be the name of a location, of which a stack and tables are named. */
export function isLocationName(value: unknown): value is RegionName {
  return typeof value === "string" && LOCATION_NAME.test(value) && !TAKEN_NAME.test(value);
}
