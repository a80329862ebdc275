import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { regionTableName } from "../../../shared/contract.ts";
import type { DurationMs, EpochMs, RegionName } from "../../../shared/units.ts";
import { createChunkSender, createKeptChunkStore, type PutChunkItem } from "./chunk-store.ts";
import { openRegionStores, type RegionStores } from "./open-stores.ts";

/** Which location's stores to open: of which fleet, by which client, and how long results are kept. */
export interface AgentStoresSetup {
  readonly client: DynamoDBClient;
  readonly fleet: string;
  readonly region: RegionName;
  readonly keepMs: DurationMs;
  readonly now: () => EpochMs;
}

/** Opens the stores of a location, whose results are put by `put`. Nothing is read or written yet. */
export function openAgentStores(setup: AgentStoresSetup, put: PutChunkItem): RegionStores {
  const stores = openRegionStores(setup);
  return { ...stores, chunks: createKeptChunkStore(stores.chunks, setup.keepMs, put) };
}

/** Opens the way by which results are put that an agent has kept until now. */
export function openChunkSender(setup: AgentStoresSetup): PutChunkItem {
  return createChunkSender({ client: setup.client, table: resultsOf(setup) });
}

function resultsOf({ fleet, region }: AgentStoresSetup): string {
  return regionTableName(fleet, "results", region);
}
