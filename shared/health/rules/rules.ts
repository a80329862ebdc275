export { certificateDays } from "./certificate-days.ts";
export { type ParsedAlert, parseAlert, readAlert } from "./parse-alert.ts";
export {
  type AlertOverrides,
  type AlertPolicy,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
} from "./policy.ts";
export { ASPECTS, type Aspect, SEVERITIES, type Severity } from "./rule.ts";
export { type Batch, isProvenAbove, isProvenBelow, isWellBelow } from "./share.ts";
export {
  type ActiveLimit,
  type AlertRules,
  activeLimits,
  countsAs,
  type Finding,
  isOfAvailability,
  RULES,
  type RuleName,
  ruleNamed,
} from "./table.ts";
export { type UsableOverrides, usableOverrides } from "./usable-overrides.ts";
