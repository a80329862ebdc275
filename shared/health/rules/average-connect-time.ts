import { type DurationMs, toMicrosecondPrecision } from "../../units.ts";
import type { Severity, ThresholdRule } from "./rule.ts";

/** What is too much for a region that is usually slow, by severity: 20 ms is no more than noise. */
const ABOVE_USUAL: Readonly<Record<Severity, (usualMs: DurationMs) => DurationMs>> = {
  warning: (usualMs) => 1.5 * usualMs + 20,
  critical: (usualMs) => 3 * usualMs,
};

/**
 * Broken if the median of a region's last connect times is above the limit, in milliseconds, and above
 * what is usual there, for some minutes. Handshakes whose SYN was sent again are left out: a lost packet
 * is no latency. The rule's name is older than the median.
 */
export const averageConnectTime = {
  key: "avgConnectTimeMs",
  field: "avg_connect_time_ms",
  name: "avg_connect_time_ms",
  aspect: "latency",
  limit: { type: "number", exclusiveMinimum: 0, maximum: 60_000 },
  defaults: { warning: 100, critical: 500 },
  trend: {
    kind: "latency",
    limitMs(limit, { severity, usualMs }) {
      if (usualMs === null) return limit;
      return Math.max(limit, toMicrosecondPrecision(ABOVE_USUAL[severity](usualMs)));
    },
  },
  phrase(seen) {
    if (seen === null) return "slow";
    return `slow (${seen.value} ms in ${seen.region}, limit ${seen.limit} ms)`;
  },
} as const satisfies ThresholdRule;
