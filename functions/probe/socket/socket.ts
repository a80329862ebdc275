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
export { type Dial, dialSocket, leanestDial } from "./dial.ts";
export type { Handshake } from "./time-handshake.ts";
