export { openNetwork, watch } from "./connect-services.ts";
export type { Network, ProbeServices } from "./services.ts";
