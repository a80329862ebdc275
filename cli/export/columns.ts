import type { RawMetricTcp } from "../../shared/result/result.ts";
import type { AggMetric } from "../../shared/summary/summary.ts";
import type { AlertRecord } from "../show/alert-rows.ts";

/** Columns by name, each with its type in SQL, in their order. */
export type Columns = Readonly<Record<string, "INTEGER" | "REAL" | "TEXT" | "BOOLEAN">>;

/** What of the history can be exported. */
export type Part = "results" | "summaries" | "alerts";

/** `raw_metric_tcp`: first the columns of the documents, then those that they do not have. */
export const RESULT_COLUMNS: Columns = {
  task_name: "TEXT",
  timestamp: "INTEGER",
  connect_time_ms: "REAL",
  success: "BOOLEAN",
  error: "TEXT",
  host: "TEXT",
  target_id: "TEXT",
  region: "TEXT",
  error_kind: "TEXT",
  error_code: "TEXT",
  failed_phase: "TEXT",
  address: "TEXT",
  dns_time_ms: "REAL",
  tls_time_ms: "REAL",
  dialogue_time_ms: "REAL",
  held_ms: "REAL",
  elapsed_ms: "REAL",
  scheduled_at: "TEXT",
  started_at: "TEXT",
  timing: "TEXT",
  syn_retransmits: "INTEGER",
  suspect: "BOOLEAN",
  recheck: "BOOLEAN",
  icmp_error: "BOOLEAN",
  closed_by_peer: "BOOLEAN",
  attempts: "INTEGER",
  reconnects: "INTEGER",
  bytes_sent: "INTEGER",
  bytes_received: "INTEGER",
  messages_sent: "INTEGER",
  messages_received: "INTEGER",
  detail: "TEXT",
  check_id: "TEXT",
};

/** `agg_metric_tcp`, in the same way. */
export const SUMMARY_COLUMNS: Columns = {
  task_name: "TEXT",
  period_start: "INTEGER",
  period_end: "INTEGER",
  sample_count: "INTEGER",
  avg_connect_time_ms: "REAL",
  max_connect_time_ms: "REAL",
  min_connect_time_ms: "REAL",
  failure_percent: "REAL",
  successful_connections: "INTEGER",
  failed_connections: "INTEGER",
  host: "TEXT",
  target_id: "TEXT",
  p50_connect_time_ms: "REAL",
  p95_connect_time_ms: "REAL",
  p99_connect_time_ms: "REAL",
  stddev_connect_time_ms: "REAL",
  timed_count: "INTEGER",
  sum_connect_time_ms: "REAL",
  retransmitted: "INTEGER",
  loss_percent: "REAL",
  failures_by_kind: "TEXT",
  expected: "INTEGER",
  missed: "INTEGER",
  uncounted: "INTEGER",
  avg_tls_time_ms: "REAL",
  avg_dialogue_time_ms: "REAL",
  certificate_expires_at: "TEXT",
  complete: "BOOLEAN",
  missing_regions: "TEXT",
  rev: "INTEGER",
};

/** The events that were raised. */
export const ALERT_COLUMNS: Columns = {
  time: "TEXT",
  timestamp: "INTEGER",
  task_name: "TEXT",
  target_id: "TEXT",
  detail_type: "TEXT",
  state: "TEXT",
  severity: "TEXT",
  summary: "TEXT",
  suppressed_by: "TEXT",
  detail: "TEXT",
  event_id: "TEXT",
};

/** The columns of each part. */
export const COLUMNS_OF: Readonly<Record<Part, Columns>> = {
  results: RESULT_COLUMNS,
  summaries: SUMMARY_COLUMNS,
  alerts: ALERT_COLUMNS,
};

/** A record of each part, as other commands print it. */
export interface Records {
  readonly results: RawMetricTcp;
  readonly summaries: AggMetric;
  readonly alerts: AlertRecord;
}

/** The fields of a record by column; some are named otherwise, because a table has an `id` of its own. */
export function fieldsOf<P extends Part>(part: P, record: Records[P]): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...record };
  if (part === "results") fields.check_id = fields.id;
  if (part !== "alerts") return fields;
  const { time, detail } = record as AlertRecord;
  const timestamp = Math.floor(Date.parse(time) / 1_000);
  return { ...detail, ...fields, timestamp, event_id: fields.id };
}
