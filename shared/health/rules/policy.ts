/** Limits of one severity; a rule that is `false` is off. Units as in the names. */
export interface AlertRules {
  /** Breached when the average of the successes is above it. */
  readonly avgConnectTimeMs: number | false;
  /** Breached when more than this share of the checks failed, 0 to 100. */
  readonly failurePercent: number | false;
  /** Breached when fewer than this share of the expected checks succeeded, 0 to 100. */
  readonly successPercentOfExpected: number | false;
  /** Breached when nothing succeeded for this many minutes. */
  readonly noSuccessMinutes: number | false;
}

/** When a task alerts. Defaults are the seeds'; a task overrides them one by one. */
export interface AlertPolicy {
  readonly warning: AlertRules;
  readonly critical: AlertRules;
  /** Failed checks in a row that make a region unhealthy. */
  readonly failureThreshold: number;
  /** Passed checks in a row that make it healthy again. */
  readonly successThreshold: number;
  /** Regions that must breach, of those that reported; `majority` is more than half. */
  readonly quorum: "majority" | number;
  /** Whose latency counts: the nearest reporting region's, or each region's vote. */
  readonly latencyScope: "nearest" | "each";
  /** Windows in a row without any report that make `NO_DATA`. */
  readonly noDataWindows: number;
}

/** What a task says about alerting: a part of the policy. */
export interface AlertOverrides {
  readonly warning?: Partial<AlertRules>;
  readonly critical?: Partial<AlertRules>;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
  readonly quorum?: "majority" | number;
  readonly latencyScope?: "nearest" | "each";
  readonly noDataWindows?: number;
}

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
