// What only tasks with needs use, and the shard loads when it has one (docs/decisions/0045). It shares no
// state with the rest of the probe: whatever keeps some is made here and handed over.
export { openSecrets } from "../adapters/secrets/secrets.ts";
export { startInLayers } from "./check/check.ts";
export { HeldShard, TermHolds } from "./holding/holding.ts";
export { createPhaseProber } from "./phases/phases.ts";
