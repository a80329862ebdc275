import { toMicrosecondPrecision } from "../../units.ts";
import type { ThresholdRule } from "./rule.ts";

/**
 * Broken if clearly fewer than this share of the expected checks pass, in percent. A check that was
 * missed or ended in an internal error is not expected of the target. The limit that it reports is a count.
 */
export const successPercent = {
  key: "successPercentOfExpected",
  field: "success_percent_of_expected",
  name: "successful_connections",
  aspect: "availability",
  limit: { type: "number", exclusiveMinimum: 0, maximum: 100 },
  defaults: { warning: 90, critical: false },
  trend: {
    kind: "share",
    failureShare: (percent) => (100 - percent) / 100,
    measure: ({ failedCount, checkCount }, percent) => ({
      value: checkCount - failedCount,
      limit: toMicrosecondPrecision((percent * checkCount) / 100),
    }),
  },
  phrase: null,
} as const satisfies ThresholdRule;
