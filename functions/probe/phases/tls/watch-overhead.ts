import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { DurationMs } from "../../../../shared/units.ts";
import type { Clock } from "../../timing/timing.ts";

const LOOK_EVERY_MS: DurationMs = 50;

/** A handshake has 100 KB of certificates at most; tickets and the like are small. */
const MOST_OVERHEAD_BYTES = 256 * 1_024;

/** A record has up to 29 bytes around what it carries, and may carry a single one. */
const MOST_OVERHEAD_FACTOR = 30;

/** In TLS 1.2 a server may renegotiate, e.g. to ask for a certificate; each time costs as much as the first. */
const MOST_HANDSHAKES = 4;

/** The peer keeps the connection busy without data. */
class FloodError extends Error {
  readonly code = "TLS_FLOOD";
}

/**
 * Ends a connection whose peer sends much that is no data: tickets, key updates and empty records
 * without end are read whether or not anybody waits for data, and would cost CPU as long as it lasts.
 */
export function watchOverhead(socket: TLSSocket, raw: Socket, clock: Clock): void {
  const fromBytes = raw.bytesRead;
  const cut = () => void socket.destroy(new FloodError());
  let handshakeCount = 0;
  socket.on("secureConnect", () => {
    if (++handshakeCount > MOST_HANDSHAKES) cut();
  });
  const stop = clock.every(LOOK_EVERY_MS, () => {
    const dataBytes = socket.bytesRead;
    const overheadBytes = raw.bytesRead - fromBytes - dataBytes;
    if (overheadBytes > MOST_OVERHEAD_BYTES + MOST_OVERHEAD_FACTOR * dataBytes) cut();
  });
  socket.once("close", stop);
}
