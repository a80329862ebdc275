import type { AlertSettings } from "../shared/alerting/settings/settings.ts";
import { ENV } from "../shared/contract.ts";
import {
  type AlertOverrides,
  type AlertPolicy,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
  parseAlert,
} from "../shared/health/rules/rules.ts";
import { omitUndefined, problemSentence } from "../shared/input/input.ts";
import { type Environment, EnvironmentError } from "./read-environment.ts";

/** The fleet's alert policy: the deployment's own over the default one. Throws if it is invalid. */
export function readAlertDefaults(environment: Environment): AlertPolicy {
  const alert = readOverrides(environment);
  return alert === null ? DEFAULT_ALERT_POLICY : alertPolicy(DEFAULT_ALERT_POLICY, alert);
}

/** How the deployment wants users to be told; what is stored goes before it. Throws if it is invalid. */
export function readSettingDefaults(environment: Environment): Partial<AlertSettings> {
  const { reminderMs, escalation, dependsOn, minHealthy, stormTasks } =
    readOverrides(environment) ?? {};
  return omitUndefined({ reminderMs, escalation, dependsOn, minHealthy, stormTasks });
}

function readOverrides(environment: Environment): AlertOverrides | null {
  const text = environment[ENV.alertDefaults];
  if (!text) return null;
  const { alert, problems } = parseAlert(parseJson(text));
  if (alert !== undefined) return alert;
  throw new EnvironmentError(`${ENV.alertDefaults}: ${problems.map(problemSentence).join("; ")}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EnvironmentError(`${ENV.alertDefaults} must be JSON`);
  }
}

/** What of a policy a probe needs, to know when its region turns and when to check again. */
export function probeDefaults(policy: AlertPolicy): AlertOverrides {
  const { failureThreshold, successThreshold, failures, recheckSeconds } = policy;
  return { failureThreshold, successThreshold, failures, recheckSeconds };
}
