import type { Dial } from "./dial.ts";
import { dialHandle, tcpBinding } from "./dial-handle.ts";
import { dialSocket } from "./dial-socket.ts";

/**
 * Gives the leanest dial that this Node has. A check needs no stream, and without one it costs half
 * of the CPU and memory (measured, see bench/). The binding is internal to Node (DEP0111): if it is
 * missing, public sockets take its place.
 */
export function leanestDial(): Dial {
  const binding = tcpBinding();
  return binding === null ? dialSocket : dialHandle(binding);
}
