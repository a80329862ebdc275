import { EVENT_SOURCE } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { AdvisoryReason, StateReason } from "../health/health.ts";
import type { ErrorKind } from "../result/result.ts";
import { type RegionName, toIso } from "../units.ts";
import type { AlertContext, AlertSeverity } from "./outgoing.ts";

/**
 * A body for PagerDuty's Events API v2, complete but for the subscriber's routing key.
 * https://developer.pagerduty.com/docs/send-alert-event
 */
export interface PagerDutyEvent {
  readonly event_action: "trigger" | "resolve";
  readonly dedup_key: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: "critical" | "error" | "warning" | "info";
    readonly source: string;
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: {
      readonly task_name: string;
      readonly target_id: string | null;
      readonly region: RegionName | null;
      readonly error_kind: ErrorKind | null;
    };
  };
}

/** An alert in brief. `region` is null for an alert on the whole task. */
interface Brief {
  readonly severity: AlertSeverity;
  readonly summary: string;
  readonly reason: StateReason | AdvisoryReason;
  readonly errorKind: ErrorKind | null;
  readonly region: RegionName | null;
}

/** PagerDuty's word for each severity. */
export const PAGER_SEVERITIES = {
  critical: "critical",
  warning: "warning",
  no_data: "error",
  ok: "info",
} as const satisfies Record<AlertSeverity, string>;

/** The API refuses a longer summary. */
const MAX_SUMMARY_CHARACTERS = 1_024;

/** The body for an alert: `ok` resolves what the same task, or the same task and region, triggered. */
export function toPagerDuty(brief: Brief, { fleet, task, window }: AlertContext): PagerDutyEvent {
  return {
    event_action: brief.severity === "ok" ? "resolve" : "trigger",
    dedup_key: `${EVENT_SOURCE}-${deriveId(fleet, task.name, brief.region ?? "")}`,
    payload: {
      summary: cutSummary(brief.summary),
      severity: PAGER_SEVERITIES[brief.severity],
      source: task.host,
      timestamp: toIso(window.periodEndMs),
      component: task.targetId ?? task.name,
      group: fleet,
      class: brief.errorKind ?? brief.reason,
      custom_details: {
        task_name: task.name,
        target_id: task.targetId,
        region: brief.region,
        error_kind: brief.errorKind,
      },
    },
  };
}

/**
 * The summary as the API takes it. A cut never leaves half of a character that is a pair of code units:
 * JSON has no text for it.
 */
export function cutSummary(summary: string): string {
  const cut = summary.slice(0, MAX_SUMMARY_CHARACTERS);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
