export type { Admission, Grant, Waiter } from "./admission.ts";
export { type RateBook, RateLimiter, type RatePlan } from "./limit-rates.ts";
export { MOST_OPEN_SOCKETS, StartPacer } from "./pace-starts.ts";
