import { ENV } from "../../../shared/contract.ts";
import {
  type AlertPolicy,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
  parseAlert,
} from "../../../shared/health/rules/rules.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { type Environment, EnvironmentError } from "../../read-environment.ts";

/** The fleet's alert policy: the deployment's own over the default one. Throws if it is invalid. */
export function readAlertDefaults(environment: Environment): AlertPolicy {
  const text = environment[ENV.alertDefaults];
  if (!text) return DEFAULT_ALERT_POLICY;
  const { alert, problems } = parseAlert(parseJson(text));
  if (alert !== undefined) return alertPolicy(DEFAULT_ALERT_POLICY, alert);
  throw new EnvironmentError(`${ENV.alertDefaults}: ${problems.map(problemSentence).join("; ")}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EnvironmentError(`${ENV.alertDefaults} must be JSON`);
  }
}
