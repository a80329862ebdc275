export { collectTasks, type ShardEvidence } from "./collect-checks.ts";
export { countChunks, termsBeganFor } from "./read-chunks.ts";
export {
  damagedShards,
  type FleetView,
  plannedRegions,
  plannedTasks,
  type RegionView,
  readRegions,
  readWholeBundle,
} from "./read-regions.ts";
export {
  readArrived,
  readWindow,
  WINDOW_MS,
  type WindowReading,
  windowFrom,
} from "./read-window.ts";
export { skipIdleWindows } from "./skip-idle-windows.ts";
export {
  type SummarisedTask,
  summariesOf,
  summariseWindow,
  writeSummaries,
} from "./summarise-window.ts";
