import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { DurationMs } from "../../../../shared/units.ts";
import type { Clock } from "../../timing/timing.ts";

const LOOK_EVERY_MS: DurationMs = 50;

/** A handshake has 100 KB of certificates at most; tickets and the like are small. */
const MOST_OVERHEAD_BYTES = 256 * 1_024;

/** A record has up to 29 bytes around what it carries, and may carry a single one. */
const MOST_OVERHEAD_FACTOR = 30;

/**
 * Ends a connection whose peer sends much that is no data: tickets, key updates and empty records
 * without end are read whether or not anybody waits for data, and would cost CPU as long as it lasts.
 */
export function watchOverhead(socket: TLSSocket, raw: Socket, clock: Clock): void {
  const fromBytes = raw.bytesRead;
  const stop = clock.every(LOOK_EVERY_MS, () => {
    const overheadBytes = raw.bytesRead - fromBytes - socket.bytesRead;
    const allowedBytes = MOST_OVERHEAD_BYTES + MOST_OVERHEAD_FACTOR * socket.bytesRead;
    if (overheadBytes > allowedBytes) socket.destroy(new FloodError("The peer floods TLS"));
  });
  socket.once("close", stop);
}

class FloodError extends Error {
  readonly code = "TLS_FLOOD";
}
