import { toMicrosecondPrecision } from "../../units.ts";
import type { ThresholdRule } from "./rule.ts";

/** Broken if clearly more than this share of the checks fails, in percent. */
export const failurePercent = {
  key: "failurePercent",
  field: "failure_percent",
  name: "failure_percent",
  aspect: "availability",
  limit: { type: "number", minimum: 0, exclusiveMaximum: 100 },
  defaults: { warning: 5, critical: 20 },
  trend: {
    kind: "share",
    failureShare: (limit) => limit / 100,
    measure: ({ failedCount, checkCount }, limit) => ({
      value: toMicrosecondPrecision((failedCount * 100) / checkCount),
      limit,
    }),
  },
  phrase: null,
} as const satisfies ThresholdRule;
