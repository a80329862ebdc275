import {
  type InputTable,
  isFields,
  orList,
  ownField,
  type Range,
  readNumber,
  readTable,
  readWhole,
  refuse,
  refuseUnknown,
  requireField,
} from "../../input/input.ts";
import type { RateLimit } from "./deep-check.ts";

/** The limits that have a name. `default` is the fleet's, which a task that says nothing has. */
export const RATE_PRESETS = {
  aggressive: { bucketSize: 50, refillRate: 25 },
  permissive: { bucketSize: 200, refillRate: 100 },
  disabled: "disabled",
} as const satisfies Readonly<Record<string, RateLimit>>;

const BUCKET_RANGE: Range = [1, 10_000];
const REFILL_RANGE: Range = [0.01, 10_000];

const NAMES = orList(["default", ...Object.keys(RATE_PRESETS)].map((name) => `"${name}"`));
const RULE = `must be ${NAMES}, or a table with bucket_size and refill_rate`;

/** Reads `rate_limit`. */
export function readRateLimit(item: InputTable): RateLimit | undefined {
  const value = ownField(item.fields, "rate_limit");
  if (value === undefined || value === "default") return undefined;
  if (!isFields(value)) {
    const preset = Object.entries(RATE_PRESETS).find(([name]) => name === value);
    return preset === undefined ? refuse(item, "rate_limit", RULE) : preset[1];
  }
  const table = readTable(item, "rate_limit") ?? item;
  refuseUnknown(table, ["bucket_size", "refill_rate"], "rate_limit");
  for (const name of ["bucket_size", "refill_rate"]) requireField(table, name);
  const bucketSize = readWhole(table, "bucket_size", BUCKET_RANGE);
  const refillRate = readNumber(table, "refill_rate", REFILL_RANGE);
  if (bucketSize === undefined || refillRate === undefined) return undefined;
  return { bucketSize, refillRate };
}
