import type { TLSSocket } from "node:tls";
import type { Session } from "../session/session.ts";

/**
 * When the check closes its connection, says so in TLS first (RFC 8446 6.1), and reads off what comes
 * until the peer has closed too.
 */
export function endWithCheck(socket: TLSSocket, { signal }: Session): void {
  const end = () => {
    socket.removeAllListeners("data");
    socket.end();
    socket.resume();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
}
