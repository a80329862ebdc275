import type { Task } from "./task.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isRecord: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isEither =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const isRecordOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(Object(value)).every(check);
const isShape =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([key, check]) => check(Object(value)[key]));

/** What a stored task must have. A field added later must be optional here. */
const TASK_SHAPE: Readonly<Record<keyof Task, Check>> = {
  name: isText,
  target: isShape({ hostname: isText, port: isCount }),
  host: isText,
  scheduleMs: (value) => isCount(value) && value !== 0,
  timeoutMs: (value) => isCount(value) && value !== 0,
  targetId: isEither(isText, isOneOf(null)),
  enabled: isOneOf(true, false),
  regions: isEither(isOneOf("all"), isListOf(isText)),
  expect: isOneOf("open", "closed"),
  addressFamily: isOneOf("any", "ipv4", "ipv6"),
  alert: isRecord,
  tags: isRecordOf(isText),
};

/**
 * The first field of a stored task that is not of its shape, or null. Bundles are written by our
 * own plan step from parsed tasks, so rules of content are not looked at again.
 */
export function findWrongField(stored: unknown): string | null {
  const fields = Object.entries(TASK_SHAPE);
  return fields.find(([field, check]) => !check(Object(stored)[field]))?.[0] ?? null;
}
