import { alertPolicy, DEFAULT_ALERT_POLICY } from "../../shared/alert-policy.ts";
import { ENV } from "../../shared/contract.ts";
import { parseAlert } from "../../shared/parse-alert.ts";
import { problemSentence } from "../../shared/problem.ts";
import type { AlertPolicy } from "../../shared/task.ts";
import { type Environment, EnvironmentError } from "../read-environment.ts";

/** The fleet's alert defaults over the seeds'; throws where the deployment's are wrong. */
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
