export { listShards } from "./find-task.ts";
export { OverviewMemory } from "./overview-memory.ts";
export type { HeldAlerts, OverviewTask, Standing } from "./overview-task.ts";
export { followAlerts, readAlerts } from "./read-alerts.ts";
export { readBelowTimes } from "./read-below-times.ts";
export { readBoards } from "./read-boards.ts";
export { type NewestChecks, readNewest } from "./read-newest.ts";
export { readNewestMinutes } from "./read-newest-minutes.ts";
export { type Overview, readOverview } from "./read-overview.ts";
export { type PlannedTasks, readPlanned, type UnreadRegion } from "./read-planned.ts";
export { readRegion } from "./read-region.ts";
export {
  type RegionReport,
  type RegionsQuery,
  type RegionsView,
  readRegions,
} from "./read-regions.ts";
export { type ResultPage, readResults } from "./read-results.ts";
export { readSeries, type SeriesQuery } from "./read-series.ts";
export type {
  FleetStatus,
  GroupStatus,
  TaskCertificate,
} from "./read-status.ts";
export {
  readSitePast,
  readStatusSite,
  type SiteOptions,
  type SitePast,
} from "./read-status-site.ts";
export { readSummaries, type SummaryRow } from "./read-summaries.ts";
export { readUptime, readUptimes, type UptimeQuery } from "./read-uptime.ts";
export { faultOf, isTroubled, type MatrixCell, type MatrixRow } from "./region-matrix.ts";
export type { FleetSources, HistorySources, ResultSource } from "./sources.ts";
export { type StatusSpan, statusChangeOf, statusSpans } from "./status-spans.ts";
export { addStatusTimes, budgetLeft, type StatusTime, uptimePercent } from "./status-time.ts";
export { type ResultStep, streamResults } from "./stream-results.ts";
export { type ListedTask, listTask, type TaskStanding } from "./task-standing.ts";
