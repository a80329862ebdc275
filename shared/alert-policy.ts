import type { AlertOverrides, AlertPolicy } from "./task.ts";

/** When a task alerts unless the fleet or the task says otherwise: the TCP task's own thresholds. */
export const DEFAULT_ALERT_POLICY: AlertPolicy = {
  warning: {
    avgConnectTimeMs: 100,
    failurePercent: 5,
    successPercentOfExpected: 90,
    noSuccessMinutes: false,
  },
  critical: {
    avgConnectTimeMs: 500,
    failurePercent: 20,
    successPercentOfExpected: false,
    noSuccessMinutes: 5,
  },
  failureThreshold: 3,
  successThreshold: 2,
  quorum: "majority",
  latencyScope: "nearest",
  noDataWindows: 2,
};

/** A policy with single rules replaced. Serves the fleet's defaults and a task's overrides alike. */
export function alertPolicy(defaults: AlertPolicy, overrides: AlertOverrides): AlertPolicy {
  return {
    ...defaults,
    ...overrides,
    warning: { ...defaults.warning, ...overrides.warning },
    critical: { ...defaults.critical, ...overrides.critical },
  };
}
