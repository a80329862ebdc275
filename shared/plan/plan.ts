export {
  type Bundle,
  BundleError,
  bundleOf,
  decodeBundle,
  encodeBundle,
  hashBundle,
  printBundle,
} from "./bundle.ts";
export { findWrongField, storedForm } from "./bundle-task.ts";
export { BURST_LEAD_MS, LEAST_GAP_MS } from "./bursts.ts";
export { chooseSize, holds, limitsSentence, type Size } from "./choose-size.ts";
export { type Demand, demandOf, timesDemand } from "./demand.ts";
export { crowdedSentences, draftPlan, namesIn, plannedIn, type RegionDraft } from "./draft.ts";
export {
  awsRegionOf,
  type Fleet,
  type FleetRegion,
  knownRegions,
  MOST_SHARDS,
  parseFleet,
  shardOf,
  staggerOf,
} from "./fleet.ts";
export { countDrop, isRefused, refusalSentence } from "./guard.ts";
export { bundlesNamed, type Manifest, type ShardPlan, wholeBundle } from "./manifest.ts";
export { startsPerSecondFor, TLS_STARTS } from "./pace.ts";
export { type ShardTasks, spansOf } from "./timetable.ts";
export { type Unsupported, unsupportedSentence } from "./unsupported.ts";
