import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { type DurationMs, type RegionName, SECOND_MS } from "../../../shared/units.ts";
import { retryPatiently, type Waiting } from "./patient-retry.ts";

const CONNECT_TIMEOUT_MS: DurationMs = SECOND_MS;
const REQUEST_TIMEOUT_MS: DurationMs = 3 * SECOND_MS;
const SOCKET_COUNT = 25;

/**
 * Makes a DynamoDB client for one region; on cold start only. The request timeout includes the wait
 * for a socket, so callers send about `SOCKET_COUNT` requests at a time at most. `waiting` says how
 * throttled requests wait if not as the fleet's own do. Without
 * `throwOnRequestTimeout` the SDK only warns, and does not end the request (NodeHttpHandlerOptions).
 */
export function createDynamoDbClient(
  region: RegionName,
  config: DynamoDBClientConfig = {},
  waiting: Partial<Waiting> = {},
): DynamoDBClient {
  const agent = { keepAlive: true, maxSockets: SOCKET_COUNT };
  const client = new DynamoDBClient({
    region,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...config,
  });
  // It copies every request and answer for a logger that does not exist: a fifth of the CPU of the
  // aggregator (measured).
  client.middlewareStack.remove("loggerMiddleware");
  retryPatiently(client, waiting);
  return client;
}
