export { loadNetworkSetup, openNetwork } from "./connect-services.ts";
