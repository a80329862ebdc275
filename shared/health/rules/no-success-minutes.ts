import { MINUTE_MS, toMicrosecondPrecision } from "../../units.ts";
import type { ThresholdRule } from "./rule.ts";

/** Broken if no check has passed for this many minutes. */
export const noSuccessMinutes = {
  key: "noSuccessMinutes",
  field: "no_success_minutes",
  name: "no_success_minutes",
  aspect: "availability",
  limit: { type: "integer", minimum: 1, maximum: 1_440 },
  defaults: { warning: false, critical: 5 },
  evaluate({ failingForMs, successfulCount }, minutes) {
    if (failingForMs === null || successfulCount > 0) return null;
    if (failingForMs < minutes * MINUTE_MS) return null;
    return { value: toMicrosecondPrecision(failingForMs / MINUTE_MS), limit: minutes };
  },
  trend: {
    kind: "silence",
    measure(failingForMs, minutes) {
      if (failingForMs < minutes * MINUTE_MS) return null;
      return { value: toMicrosecondPrecision(failingForMs / MINUTE_MS), limit: minutes };
    },
  },
  phrase: null,
} as const satisfies ThresholdRule;
