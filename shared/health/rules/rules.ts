export { parseAlert, RULE_FIELDS, readAlert } from "./parse-alert.ts";
export {
  type AlertOverrides,
  type AlertPolicy,
  type AlertRules,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
} from "./policy.ts";
