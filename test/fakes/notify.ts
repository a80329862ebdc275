import type { NotifyEvent } from "../../local/notify/message/event.ts";
import { DETAIL_TYPES } from "../../shared/contract.ts";

/** A change of state of a task, as an event. */
export function alertOf(
  task: string,
  state = "CRITICAL",
  more: Readonly<Record<string, unknown>> = {},
): NotifyEvent {
  const severity = { CRITICAL: "critical", WARNING: "warning", NO_DATA: "no_data" }[state] ?? "ok";
  const detail = {
    id: `${task} ${state}`,
    task_name: task,
    target_id: "web",
    host: "db.example.com:5432",
    state,
    previous_state: state === "OK" ? "CRITICAL" : "OK",
    severity,
    error_kind: "refused",
    failed_phase: "connect",
    opened_at: "2026-11-20T12:03:15.000Z",
    summary: `${state}: ${task} (db.example.com:5432) refused from 2 of 3 regions`,
    regions_reporting: 3,
    votes: [
      { region: "eu-west-1", vote: "breach" },
      { region: "us-east-1", vote: "breach" },
      { region: "sa-east-1", vote: "fine" },
    ],
    tags: { team: "db" },
    pagerduty: {
      event_action: severity === "ok" ? "resolve" : "trigger",
      dedup_key: `synfleet-${task}`,
      payload: { summary: task, severity: "critical", source: "db" },
    },
    ...more,
  };
  return {
    id: `e ${task} ${state}`,
    "detail-type": DETAIL_TYPES.stateChange,
    time: "2026-11-20T12:04:00Z",
    detail,
  };
}

/** That a storm began or is over. */
export function stormOf(phase: "opened" | "closed", number = 1): NotifyEvent {
  const severity = phase === "opened" ? "critical" : "ok";
  const summary = phase === "opened" ? "STORM: 12 tasks are CRITICAL" : "OK: the storm is over";
  return {
    id: `storm ${number} ${phase}`,
    "detail-type": DETAIL_TYPES.storm,
    time: "2026-11-20T12:04:00Z",
    detail: { id: `storm ${number} ${phase}`, number, phase, severity, task_count: 12, summary },
  };
}
