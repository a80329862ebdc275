export { chunkKey } from "./chunk-key.ts";
export type { ChunkItem, PutChunkItem } from "./chunk-store.ts";
export { createDynamoDbClient } from "./client.ts";
export { historyKey } from "./history-store.ts";
export { openAgentStores, openChunkSender } from "./open-agent-stores.ts";
export { openFleetSources } from "./open-sources.ts";
export {
  type HomeStores,
  openBurstStore,
  openHomeStores,
  openRegionStores,
  openTaskStores,
  type RegionStores,
} from "./open-stores.ts";
export { GIVING_WAY } from "./patient-retry.ts";
export { decodeManifest } from "./plan-store.ts";
