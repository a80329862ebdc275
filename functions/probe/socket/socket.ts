export { LONGEST_CLOSE_MS } from "./attempt.ts";
export { createConnect } from "./connect-target.ts";
export {
  type Connect,
  type Connection,
  type ConnectListener,
  type ConnectRequest,
  type ConnectResult,
  connectOnce,
  type OpenConnection,
} from "./connection.ts";
export type { Dial } from "./dial.ts";
export { dialSocket } from "./dial-socket.ts";
export { leanestDial } from "./leanest-dial.ts";
export type { Handshake } from "./time-handshake.ts";
