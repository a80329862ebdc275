import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
} from "../../shared/units.ts";
import type { Call } from "./command.ts";
import { UsageError } from "./errors.ts";

/** The text of an option, or null if it was not given. */
export function textOption(call: Call, name: string): string | null {
  const value = call.options[name];
  if (typeof value !== "string") return null;
  if (value === "") throw new UsageError(`--${name} must not be empty.`);
  return value;
}

/** Every text of an option that may be given several times, in order. */
export function textOptions(call: Call, name: string): readonly string[] {
  const values = call.options[name];
  return Array.isArray(values) ? values.map(String) : [];
}

/** Whether a flag was given. */
export function flagOption(call: Call, name: string): boolean {
  return call.options[name] === true;
}

/** The least and the greatest value that an option takes. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A whole number within bounds, or null if it was not given. */
export function numberOption(call: Call, name: string, bounds: Bounds): number | null {
  const value = textOption(call, name);
  if (value === null) return null;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= bounds.min && number <= bounds.max) return number;
  throw new UsageError(
    `--${name} must be a whole number from ${bounds.min} to ${bounds.max}, is "${value}".`,
  );
}

/** One of a few words, or null if it was not given. */
export function choiceOption<T extends string>(
  call: Call,
  name: string,
  choices: readonly T[],
): T | null {
  const value = textOption(call, name);
  if (value === null) return null;
  const choice = choices.find((word) => word === value);
  if (choice !== undefined) return choice;
  throw new UsageError(`--${name} must be ${choices.join(" or ")}, is "${value}".`);
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** A length of time such as `90s`, `15m`, `2h` or `7d`, or null if it was not given. */
export function durationOption(call: Call, name: string): DurationMs | null {
  const value = textOption(call, name);
  if (value === null) return null;
  const ms = durationOf(value);
  if (ms !== null && ms > 0) return ms;
  throw new UsageError(`--${name} must be a time like 90s, 15m, 2h or 7d, is "${value}".`);
}

/** An instant in ISO 8601, or null if it was not given. */
export function instantOption(call: Call, name: string): EpochMs | null {
  const value = textOption(call, name);
  if (value === null) return null;
  const atMs = instantOf(value);
  if (atMs !== null) return atMs;
  throw new UsageError(`--${name} must be an ISO time like 2026-12-24T22:00:00Z, is "${value}".`);
}

function durationOf(value: string): DurationMs | null {
  const match = /^(\d{1,6})([smhd])$/.exec(value);
  const unitMs = UNITS_MS[match?.[2] ?? ""];
  return match === null || unitMs === undefined ? null : Number(match[1]) * unitMs;
}

function instantOf(value: string): EpochMs | null {
  const atMs = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

/** A past instant, as an age (`90s`, `15m`, `1h`, `7d`) or in ISO 8601; null if it was not given. */
export function sinceOption(call: Call, name = "since"): EpochMs | null {
  const value = textOption(call, name);
  if (value === null) return null;
  const ageMs = durationOf(value);
  const atMs = ageMs === null ? instantOf(value) : call.io.now() - ageMs;
  if (atMs !== null) return atMs;
  throw new UsageError(
    `--${name} must be an age like 90s, 15m, 1h or 7d, or an ISO time, is "${value}".`,
  );
}

/** An instant, as an age, in ISO 8601 or in whole Unix seconds; null if it was not given. */
export function momentOption(call: Call, name: string): EpochMs | null {
  const value = textOption(call, name);
  if (value === null) return null;
  const ageMs = durationOf(value);
  if (ageMs !== null) return call.io.now() - ageMs;
  const atMs = /^\d{1,11}$/.test(value) ? Number(value) * SECOND_MS : instantOf(value);
  if (atMs !== null) return atMs;
  throw new UsageError(
    `--${name} must be an age like 90s, 15m, 24h or 7d, an ISO time or Unix seconds, is "${value}".`,
  );
}
