import { type InputTable, ownField, refuse } from "../../input/input.ts";
import type { EpochMs } from "../../units.ts";

/** ISO 8601 with an offset: an instant does not depend on where it is read. */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)$/;

const INSTANT_RULE = "must be a time with its offset, as in 2026-12-24T22:00:00Z";

/** Reads an instant: ISO 8601 with an offset, as text or as a format's own time. */
export function readInstant(item: InputTable, name: string): EpochMs | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  const atMs = instantOf(value instanceof Date ? isoOf(value) : value);
  return atMs ?? refuse(item, name, INSTANT_RULE);
}

function instantOf(value: unknown): EpochMs | null {
  if (typeof value !== "string" || !INSTANT.test(value)) return null;
  const atMs = Date.parse(value.replace(" ", "T").toUpperCase());
  return Number.isNaN(atMs) ? null : atMs;
}

/** TOML's local times are dates too, and their text has no offset. */
function isoOf(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Reads the name of a time zone in the IANA database; UTC if there is none. */
export function readTimeZone(item: InputTable): string | undefined {
  const value = ownField(item.fields, "time_zone");
  if (value === undefined) return "UTC";
  if (typeof value === "string" && isTimeZone(value)) return value;
  return refuse(item, "time_zone", "must be an IANA time zone, as in Europe/Berlin");
}

/** Offsets such as +01:00 are no zones: they know no summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}
