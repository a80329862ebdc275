import { type DurationMs, toMicrosecondPrecision } from "../../units.ts";
import type { Severity, ThresholdRule } from "./rule.ts";

/** What is too much for a region that is usually slow, by severity: 20 ms is no more than noise. */
const ABOVE_USUAL: Readonly<Record<Severity, (usualMs: DurationMs) => DurationMs>> = {
  warning: (usualMs) => 1.5 * usualMs + 20,
  critical: (usualMs) => 3 * usualMs,
};

/**
 * Broken if the average connect time is above the limit, in milliseconds: of the checks that passed
 * and whose first SYN was answered, since one lost packet would decide it otherwise.
 */
export const averageConnectTime = {
  key: "avgConnectTimeMs",
  field: "avg_connect_time_ms",
  name: "avg_connect_time_ms",
  aspect: "latency",
  limit: { type: "number", exclusiveMinimum: 0, maximum: 60_000 },
  defaults: { warning: 100, critical: 500 },
  evaluate({ firstSynAverageMs: value }, limit) {
    return value === null || value <= limit ? null : { value, limit };
  },
  trend: {
    kind: "latency",
    limitMs(limit, { severity, usualMs }) {
      if (usualMs === null) return limit;
      return Math.max(limit, toMicrosecondPrecision(ABOVE_USUAL[severity](usualMs)));
    },
  },
  phrase(seen) {
    if (seen === null) return "slow";
    return `slow (${seen.value} ms on average in ${seen.region}, limit ${seen.limit} ms)`;
  },
} as const satisfies ThresholdRule;
