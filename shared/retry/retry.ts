export { pauseBeforeRetry } from "./backoff.ts";
export { longestCheckMs, retriesEndMs } from "./room.ts";
