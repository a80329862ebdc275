import { EventBridgeClient, type EventBridgeClientConfig } from "@aws-sdk/client-eventbridge";
import { type DurationMs, type RegionName, SECOND_MS } from "../../../shared/units.ts";

const CONNECT_TIMEOUT_MS: DurationMs = SECOND_MS;
const REQUEST_TIMEOUT_MS: DurationMs = 3 * SECOND_MS;

/** Makes an EventBridge client for the home region; on cold start only. */
export function createEventBridgeClient(
  region: RegionName,
  config: EventBridgeClientConfig = {},
): EventBridgeClient {
  return new EventBridgeClient({
    region,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    ...config,
  });
}
