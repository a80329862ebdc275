import { averageConnectTime } from "./average-connect-time.ts";
import { certificateDays } from "./certificate-days.ts";
import { failurePercent } from "./failure-percent.ts";
import { noSuccessMinutes } from "./no-success-minutes.ts";
import { type Aspect, SEVERITIES, type Severity } from "./rule.ts";
import { successPercent } from "./success-percent.ts";

/** All threshold rules. If a region breaks several rules, the first one is shown. */
export const RULES = [
  averageConnectTime,
  failurePercent,
  successPercent,
  noSuccessMinutes,
  certificateDays,
] as const;

type AnyRule = (typeof RULES)[number];

/** The name of a threshold rule in events. */
export type RuleName = AnyRule["name"];

/** The limits of one severity by the rules' keys; a rule that is `false` is off. */
export type AlertRules = { readonly [Rule in AnyRule as Rule["key"]]: number | false };

/** A rule that a region breaks. */
export interface Finding {
  readonly aspect: Aspect;
  readonly severity: Severity;
  readonly rule: RuleName;
  /** The figure that the rule looked at, and the limit that it broke. */
  readonly value: number;
  readonly limit: number;
}

/** A limit that counts, with its rule. */
export interface ActiveLimit {
  readonly rule: AnyRule;
  readonly severity: Severity;
  readonly limit: number;
}

/** The limits of a policy that are not off, the most severe first, in order of the rules. */
export function activeLimits(limits: Readonly<Record<Severity, AlertRules>>): ActiveLimit[] {
  return SEVERITIES.flatMap((severity) =>
    RULES.flatMap((rule) => {
      const limit = limits[severity][rule.key];
      return limit === false ? [] : { rule, severity, limit };
    }),
  );
}

/** Whether a finding counts at a severity: a critical finding is a warning too. */
export function countsAs(finding: Finding, severity: Severity): boolean {
  return severity === "warning" || finding.severity === "critical";
}

/** The rule with this name in events; null if no threshold has it. */
export function ruleNamed(name: string | null): AnyRule | null {
  return RULES.find((rule) => rule.name === name) ?? null;
}

/** Whether the rule with this name is about checks that fail; rules that are no threshold are. */
export function isOfAvailability(name: string): boolean {
  return (ruleNamed(name)?.aspect ?? "availability") === "availability";
}
