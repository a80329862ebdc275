export { listShards } from "./find-task.ts";
export { followAlerts, readAlerts } from "./read-alerts.ts";
export { type ResultPage, readResults } from "./read-results.ts";
export {
  type FleetStatus,
  type GroupStatus,
  readStatus,
  type TaskCertificate,
} from "./read-status.ts";
export { readSummaries, type SummaryRow } from "./read-summaries.ts";
export type { HistorySources, ResultSource } from "./sources.ts";
