/** An instant: milliseconds since the Unix epoch. */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type DurationMs = number;

/** A place that probes, e.g. `eu-west-1`; any label on one machine. */
export type RegionName = string;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The whole minute that `at` falls into. */
export function startOfMinute(at: EpochMs): EpochMs {
  return at - (at % MINUTE_MS);
}

/** An instant as the records show it: ISO 8601 in UTC, to the millisecond. */
export function toIso(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** An instant as the seeds' records show it: whole Unix seconds. */
export function toEpochSeconds(at: EpochMs): number {
  return Math.floor(at / SECOND_MS);
}

/** Milliseconds rounded to the microsecond, as every stored duration is. */
export function toMicrosecondPrecision(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** AWS region codes, and any label of the kind on one machine: the SDK makes a host name of it. */
const REGION_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What a region's name must be, in words. */
export const REGION_NAME_RULE = "1 to 63 lower-case letters, digits and inner hyphens";

/** Whether a text can be the name of a region, in a fleet and in a task alike. */
export function isRegionName(value: unknown): value is string {
  return typeof value === "string" && REGION_NAME.test(value);
}
