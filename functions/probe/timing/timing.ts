export { type Clock, sleepUntil, systemClock } from "./clock.ts";
export { type HandshakeClock, userClock } from "./handshake-clock.ts";
export { loadKernelClock } from "./kernel-clock.ts";
export { StallWatch, WATCHES, type Watch } from "./watch-stalls.ts";
