import { MINUTE_MS, toMicrosecondPrecision } from "../../units.ts";
import type { ThresholdRule } from "./rule.ts";

/** Broken if no check has passed for this many minutes, and as many have failed as turn a region. */
export const noSuccessMinutes = {
  key: "noSuccessMinutes",
  field: "no_success_minutes",
  name: "no_success_minutes",
  aspect: "availability",
  limit: { type: "integer", minimum: 1, maximum: 1_440 },
  defaults: { warning: false, critical: 5 },
  trend: {
    kind: "silence",
    measure(failingForMs, minutes) {
      if (failingForMs < minutes * MINUTE_MS) return null;
      return { value: toMicrosecondPrecision(failingForMs / MINUTE_MS), limit: minutes };
    },
  },
  phrase: null,
} as const satisfies ThresholdRule;
