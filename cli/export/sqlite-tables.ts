import { ALERT_COLUMNS, type Columns, RESULT_COLUMNS, SUMMARY_COLUMNS } from "./columns.ts";

/** A minute of one region, in the same columns as the one of all regions. */
const REGION_COLUMNS: Columns = { ...SUMMARY_COLUMNS, region: "TEXT" };

/** What the documents compare with. This fleet pings nothing: the table is there and empty. */
const PING_COLUMNS: Columns = {
  task_name: "TEXT",
  period_start: "INTEGER",
  period_end: "INTEGER",
  sample_count: "INTEGER",
  avg_latency_ms: "REAL",
  max_latency_ms: "REAL",
  min_latency_ms: "REAL",
  host: "TEXT",
  target_id: "TEXT",
};

/** Every table of the file, with the columns beside `id`. */
export const TABLES = {
  raw_metric_tcp: RESULT_COLUMNS,
  agg_metric_tcp: SUMMARY_COLUMNS,
  agg_metric_tcp_region: REGION_COLUMNS,
  agg_metric_ping: PING_COLUMNS,
  alert: ALERT_COLUMNS,
} as const satisfies Readonly<Record<string, Columns>>;

/** The host of `host:port` ends before its last digits and the colon. */
const HOST_LENGTH = "length(rtrim(host, '0123456789'))";

/** The columns of port monitors that keep HTTP and TCP checks in one table. */
const CHECKS_VIEW = `CREATE VIEW checks AS SELECT
  id,
  task_name AS name,
  'tcp' AS type,
  'tcp://' || host AS url,
  substr(host, 1, ${HOST_LENGTH} - 1) AS host,
  CAST(substr(host, ${HOST_LENGTH} + 1) AS INTEGER) AS port,
  NULL AS status_code,
  connect_time_ms AS response_time_ms,
  success AS is_up,
  error,
  timestamp AS checked_at,
  region
FROM raw_metric_tcp`;

/** What is made before the first row. */
export const TABLES_SQL: readonly string[] = [
  ...Object.entries(TABLES).map(([name, columns]) => tableSql(name, columns)),
  CHECKS_VIEW,
];

/** What is made after the last row: an index that grows with each row takes several times as long. */
export const INDICES_SQL: readonly string[] = [
  "CREATE INDEX raw_metric_tcp_by_task ON raw_metric_tcp (task_name, timestamp)",
  "CREATE INDEX raw_metric_tcp_by_time ON raw_metric_tcp (timestamp)",
  "CREATE INDEX agg_metric_tcp_by_task ON agg_metric_tcp (task_name, period_start)",
  "CREATE INDEX agg_metric_tcp_by_period ON agg_metric_tcp (period_start)",
  "CREATE INDEX agg_metric_tcp_region_by_task ON agg_metric_tcp_region (task_name, region, period_start)",
  "CREATE INDEX agg_metric_ping_by_task ON agg_metric_ping (task_name, period_start)",
  "CREATE INDEX alert_by_task ON alert (task_name, timestamp)",
];

/** The statement that adds a row. */
export function insertSql(table: keyof typeof TABLES): string {
  const names = Object.keys(TABLES[table]);
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
}

function tableSql(name: string, columns: Columns): string {
  const lines = Object.entries(columns).map(([column, type]) => `  ${column} ${type}`);
  return `CREATE TABLE ${name} (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n${lines.join(",\n")}\n)`;
}
