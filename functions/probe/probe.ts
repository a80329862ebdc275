export { openNetwork, watch } from "./connect-services.ts";
export type { Network, Outside } from "./services.ts";
