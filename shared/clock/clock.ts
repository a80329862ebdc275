export { type Exchange, type Sample, sampleOf } from "./exchange.ts";
export { type Answer, PACKET_BYTES, parseAnswer, printQuestion } from "./packet.ts";
export {
  type ClockFigures,
  type ClockReading,
  isClockOff,
  readClock,
  worseReading,
} from "./reading.ts";
export { type ClockServer, parseClockServer } from "./server.ts";
