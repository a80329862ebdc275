export { eventsOf } from "./events-of.ts";
export { heartbeatEvent, type RegionHeartbeat } from "./heartbeat.ts";
export type { AlertContext, OutgoingEvent } from "./outgoing.ts";
