import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { RegionName } from "../../shared/units.ts";

/** Any key serves on one machine; the user's own must never be looked for. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** A client for the embedded database. */
export function localClient(endpoint: string, region: RegionName): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region, credentials: LOCAL_CREDENTIALS });
}
