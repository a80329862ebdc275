import type { ThresholdRule } from "./rule.ts";

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
  phrase(seen) {
    if (seen === null) return "slow";
    return `slow (${seen.value} ms on average in ${seen.region}, limit ${seen.limit} ms)`;
  },
} as const satisfies ThresholdRule;
