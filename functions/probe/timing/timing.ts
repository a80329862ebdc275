export { type Clock, sleepUntil, systemClock } from "./clock.ts";
export {
  type HandshakeClock,
  type HandshakeTime,
  loadKernelClock,
  userClock,
} from "./kernel-clock.ts";
export { StallWatch, WATCHES, type Watch } from "./watch-stalls.ts";
