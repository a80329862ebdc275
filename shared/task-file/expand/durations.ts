import { isFields, showKey } from "../../input/input.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../units.ts";
import { isTag } from "./places.ts";

/** What one unit of a field is, by the end of its name. */
const FIELD_UNITS: readonly (readonly [end: RegExp, unitMs: number])[] = [
  [/(?:_seconds|^timeout|^interval)(?:\[\d+\])?$/, SECOND_MS],
  [/_minutes$/, MINUTE_MS],
  [/_days$/, DAY_MS],
  [/_ms$/, 1],
];

const WRITTEN_UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", SECOND_MS],
  ["m", MINUTE_MS],
  ["h", HOUR_MS],
  ["d", DAY_MS],
]);

const DURATION = /^(?:\d{1,9}(?:ms|s|m|h|d))+$/;
const PART = /(\d+)(ms|s|m|h|d)/g;

/**
 * A value in which durations such as `30s` and `1m30s` are numbers in the unit of their field. `written`
 * gets each of them as it was written, by its field.
 */
export function readDurations(value: unknown, path: string, written: Map<string, string>): unknown {
  if (typeof value === "string") return numberOf(value, path, written);
  if (Array.isArray(value)) {
    const read = value.map((part, i) => readDurations(part, `${path}[${i}]`, written));
    return read.every((part, i) => part === value[i]) ? value : read;
  }
  if (!isFields(value)) return value;
  const prefix = path === "" ? "" : `${path}.`;
  const parts = Object.entries(value);
  const read = parts.map(([key, part]) => readDurations(part, prefix + showKey(key), written));
  if (read.every((part, i) => part === parts[i]?.[1])) return value;
  return Object.fromEntries(parts.map(([key], i) => [key, read[i]]));
}

function numberOf(text: string, path: string, written: Map<string, string>): unknown {
  if (!DURATION.test(text) || isTag(path)) return text;
  const unitMs = FIELD_UNITS.find(([end]) => end.test(path))?.[1];
  if (unitMs === undefined) return text;
  let ms = 0;
  for (const [, count, unit = ""] of text.matchAll(PART)) {
    ms += Number(count) * (WRITTEN_UNITS.get(unit) ?? 0);
  }
  written.set(path, text);
  return ms / unitMs;
}
