import { printAlertSettings } from "../alerting/settings/settings.ts";
import { type AlertOverrides, type AlertRules, RULES } from "../health/rules/rules.ts";
import { omitUndefined } from "../input/input.ts";
import { SECOND_MS } from "../units.ts";
import { printDeepCheck } from "./deep/deep.ts";
import type { WrittenTask } from "./task-type.ts";

/** A task in the user's field names without its defaults: `parseTask` gives the same task again. */
export function printTask(task: WrittenTask): Record<string, unknown> {
  return omitUndefined({
    name: task.name,
    type: "tcp",
    host: task.host,
    schedule_seconds: task.scheduleMs / SECOND_MS,
    timeout_seconds: task.timeoutMs / SECOND_MS,
    target_id: task.targetId ?? undefined,
    enabled: task.enabled ? undefined : false,
    regions: task.regions === "all" ? undefined : [...task.regions],
    expect: unlessDefault(task.expect, "open"),
    address_family: unlessDefault(task.addressFamily, "any"),
    alert: unlessEmpty(printAlert(task.alert)),
    depends_on: printAlertSettings(task.alert).depends_on,
    tags: unlessEmpty({ ...task.tags }),
    sla_percent: task.slaPercent,
    ...printDeepCheck(task),
  });
}

/** Alert overrides in the user's field names. */
function printAlert(alert: AlertOverrides): Record<string, unknown> {
  const { depends_on: _, ...settings } = printAlertSettings(alert);
  return omitUndefined({
    ...settings,
    warning: alert.warning === undefined ? undefined : printRules(alert.warning),
    critical: alert.critical === undefined ? undefined : printRules(alert.critical),
    failure_threshold: alert.failureThreshold,
    success_threshold: alert.successThreshold,
    failures: printFailures(alert.failures),
    recheck_seconds: printRechecks(alert.recheckSeconds),
    quorum: alert.quorum,
    min_reporting: alert.minReporting,
    latency_scope: alert.latencyScope,
    no_data_windows: alert.noDataWindows,
  });
}

function printFailures(failures: AlertOverrides["failures"]): string | undefined {
  return failures ? `${failures.failed} of ${failures.of}` : undefined;
}

function printRechecks(seconds: AlertOverrides["recheckSeconds"]) {
  return seconds?.length === 0 ? false : seconds;
}

function printRules(rules: Partial<AlertRules>): Record<string, unknown> {
  const named = RULES.map(({ field, key }) => [field, rules[key]]);
  return omitUndefined(Object.fromEntries(named));
}

function unlessDefault<T>(value: T, usual: T): T | undefined {
  return value === usual ? undefined : value;
}

function unlessEmpty(fields: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}
