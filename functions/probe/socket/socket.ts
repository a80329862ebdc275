export { classifyConnectError, classifyDnsError, codeOf } from "./classify-error.ts";
export {
  type Connect,
  type Connection,
  type ConnectListener,
  type ConnectRequest,
  connectOnce,
  createConnect,
  type Handshake,
} from "./connect-target.ts";
export { leanestDial } from "./dial-handle.ts";
export { dialSocket } from "./dial-socket.ts";
