import type { AlertSettings } from "../../alerting/settings/settings.ts";
import type { Severity } from "./rule.ts";
import { type AlertRules, RULES } from "./table.ts";

/** When a task alerts. A task or a fleet overrides the defaults one by one. */
export interface AlertPolicy {
  readonly warning: AlertRules;
  readonly critical: AlertRules;
  /** Failed checks in a row that make a region unhealthy; more where checks fail now and then. */
  readonly failureThreshold: number;
  /** So many failed checks of the last ones make a region unhealthy, instead of `failureThreshold`. */
  readonly failures: FailuresOf | null;
  /** When a failed check is made again, in seconds after its slot, in order; empty for never. */
  readonly recheckSeconds: readonly number[];
  /** Passed checks in a row that make it healthy again. */
  readonly successThreshold: number;
  /** Regions that must breach, of those that reported; `majority` is more than half. */
  readonly quorum: "majority" | number;
  /** Regions that must report before an incident opens. */
  readonly minReporting: number;
  /** Whose latency counts: the nearest reporting region's, or each region's vote. */
  readonly latencyScope: "nearest" | "each";
  /** Windows in a row without any report that make `NO_DATA`. */
  readonly noDataWindows: number;
}

/** E.g. "3 of 5": three failed checks of the last five. */
export interface FailuresOf {
  readonly failed: number;
  readonly of: number;
}

/** What a task says about alerting: a part of the policy, and how its users are told. */
export interface AlertOverrides
  extends Partial<Omit<AlertPolicy, Severity>>,
    Partial<AlertSettings> {
  readonly warning?: Partial<AlertRules>;
  readonly critical?: Partial<AlertRules>;
}

/** When a task alerts unless the fleet or the task says otherwise. */
export const DEFAULT_ALERT_POLICY: AlertPolicy = {
  warning: defaultRules("warning"),
  critical: defaultRules("critical"),
  failureThreshold: 4,
  failures: null,
  recheckSeconds: [5, 12, 20, 30, 40, 50],
  successThreshold: 2,
  quorum: "majority",
  minReporting: 1,
  latencyScope: "nearest",
  noDataWindows: 2,
};

function defaultRules(severity: Severity): AlertRules {
  const limits = RULES.map(({ key, defaults }) => [key, defaults[severity]] as const);
  return Object.fromEntries(limits) as AlertRules;
}

/** A policy with single rules replaced. Serves the fleet's defaults and a task's overrides alike. */
export function alertPolicy(defaults: AlertPolicy, overrides: AlertOverrides): AlertPolicy {
  return {
    ...defaults,
    ...overrides,
    warning: { ...defaults.warning, ...overrides.warning },
    critical: { ...defaults.critical, ...overrides.critical },
  };
}
