export { bundleOf, hashBundle, printBundle } from "./bundle.ts";
export { BundleError, decodeBundle, encodeBundle } from "./bundle-codec.ts";
export { findWrongField, storedForm } from "./bundle-task.ts";
export { draftPlan, namesIn, type RegionDraft } from "./draft.ts";
export { countDrop, isRefused, refusalSentence } from "./guard.ts";
export { startsPerSecondFor } from "./pace.ts";
export { parseFleet } from "./parse-fleet.ts";
export {
  type Bundle,
  bundlesNamed,
  type Fleet,
  type FleetRegion,
  type Manifest,
  type ShardPlan,
  shardOf,
  staggerOf,
  wholeBundle,
} from "./shards.ts";
export { type Unsupported, unsupportedSentence } from "./unsupported.ts";
