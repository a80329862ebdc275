export { createEventBridgeClient } from "./client.ts";
export { createEventBus } from "./event-bus.ts";
