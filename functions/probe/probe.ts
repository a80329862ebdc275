export { connectServices, loadNetworkSetup, openNetwork } from "./connect-services.ts";
export { type ProbeServices, runLease } from "./lease/lease.ts";
export { type Clock, sleepUntil, systemClock } from "./timing/timing.ts";
