import { averageConnectTime } from "./average-connect-time.ts";
import { failurePercent } from "./failure-percent.ts";
import { noSuccessMinutes } from "./no-success-minutes.ts";
import { ASPECTS, type Aspect, type Evidence, SEVERITIES, type Severity } from "./rule.ts";
import { successPercent } from "./success-percent.ts";

/** All threshold rules. If several rules of one aspect are broken, the first one is the finding. */
export const RULES = [
  averageConnectTime,
  failurePercent,
  successPercent,
  noSuccessMinutes,
] as const;

type AnyRule = (typeof RULES)[number];

/** The name of a threshold rule in events. */
export type RuleName = AnyRule["name"];

/** The limits of one severity by the rules' keys; a rule that is `false` is off. */
export type AlertRules = { readonly [Rule in AnyRule as Rule["key"]]: number | false };

/** The worst rule of one aspect that a region's evidence breaks. */
export interface Finding {
  readonly aspect: Aspect;
  readonly severity: Severity;
  readonly rule: RuleName;
  /** The figure that the rule looked at, and its limit; null if both are of an earlier window. */
  readonly value: number | null;
  readonly limit: number | null;
}

/** The findings of a region's evidence: at most one of each aspect, in order of the aspects. */
export function findingsOf(
  evidence: Evidence,
  limits: Readonly<Record<Severity, AlertRules>>,
): Finding[] {
  return ASPECTS.flatMap((aspect) => {
    const all = SEVERITIES.flatMap((severity) =>
      brokenRules(evidence, aspect, { limits, severity }),
    );
    return all.slice(0, 1);
  });
}

function brokenRules(
  evidence: Evidence,
  aspect: Aspect,
  at: { readonly limits: Readonly<Record<Severity, AlertRules>>; readonly severity: Severity },
): Finding[] {
  const { limits, severity } = at;
  return RULES.filter((rule) => rule.aspect === aspect).flatMap((rule) => {
    const limit = limits[severity][rule.key];
    const measured = limit === false ? null : rule.evaluate(evidence, limit);
    return measured === null ? [] : { aspect, severity, rule: rule.name, ...measured };
  });
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
