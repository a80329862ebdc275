import { type Fields, isFields } from "../../../shared/input/input.ts";
import type { Check } from "../model/check.ts";

/** Sets fields of the task's `alert` table beside those that it has. */
export function setAlert(check: Check, fields: Fields): void {
  const { alert } = check.fields;
  check.fields.alert = { ...(isFields(alert) ? alert : {}), ...fields };
}

/** Sets how many failures in a row turn a task, where the tool says so. */
export function setThresholds(
  check: Check,
  failures: number | null,
  successes: number | null = null,
): void {
  const failure = clamped(check, "failures in a row", failures);
  const success = clamped(check, "passed checks in a row", successes);
  setAlert(check, {
    ...(failure !== null && { failure_threshold: failure }),
    ...(success !== null && { success_threshold: success }),
  });
}

/** A limit of single answers becomes one of the connect time, as Synfleet judges it. */
export function setLatency(
  check: Check,
  warningMs: number | null,
  criticalMs: number | null,
): void {
  const limits = { warning: usable(warningMs), critical: usable(criticalMs) };
  if (limits.warning === null && limits.critical === null) return;
  setAlert(check, {
    warning: { avg_connect_time_ms: limits.warning ?? false },
    critical: { avg_connect_time_ms: limits.critical ?? false },
  });
  const shown = [limits.warning, limits.critical].filter((limit) => limit !== null).join(" and ");
  check.changed.push(
    `the limit of ${shown} ms is one of the connect time without DNS, over five minutes, and not of each check`,
  );
}

function usable(ms: number | null): number | null {
  return ms !== null && ms > 0 && ms <= 60_000 ? ms : null;
}

function clamped(check: Check, what: string, count: number | null): number | null {
  if (count === null) return null;
  const allowed = Math.min(100, Math.max(1, Math.round(count)));
  if (allowed !== count)
    check.changed.push(`${allowed} ${what}, not ${count}: 1 to 100 are possible`);
  return allowed;
}
