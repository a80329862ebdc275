import {
  createEventBridgeClient,
  createEventBus,
} from "../../functions/adapters/eventbridge/eventbridge.ts";
import type { EventBus } from "../../functions/ports/event-bus.ts";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { localCredentials } from "../guard/access-key.ts";

/** The bus of a fleet, at the endpoint that takes its events. */
export function localBus(fleet: Fleet, endpoint: string, accessKey: string): EventBus {
  const config = { endpoint, credentials: localCredentials(accessKey) };
  return createEventBus(createEventBridgeClient(fleet.home, config), busName(fleet.name));
}
