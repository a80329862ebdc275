import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import type { DurationMs } from "../../../../shared/units.ts";
import type { Session } from "../session/session.ts";

/** The end of a record in TLS 1.3: header, kind and tag around a message with its own header. */
const FINISHED_BESIDE_HASH_BYTES = 5 + 4 + 1 + 16;

/** A change of cipher is sent before it, for old middleboxes (RFC 8446 D.4). */
const CHANGE_CIPHER_BYTES = 6;

/** A reason that is no error, which would cost more than the rest. */
const DONE = "done";

/** A server that sends no ticket is not waited for much longer than its handshake took. */
const LEAST_WAIT_MS: DurationMs = 50;
const WAIT_PER_HANDSHAKE = 2;

/**
 * Whether the server asked for a client certificate. Only the sent bytes show it in TLS 1.3: a client
 * that was asked sends at least an empty certificate before it finishes.
 */
export async function wasAsked(
  socket: TLSSocket,
  raw: Socket,
  sentBytes: number,
): Promise<boolean> {
  const { standardName } = socket.getCipher();
  const hashBytes = standardName.endsWith("SHA384") ? 48 : 32;
  // The client's last flight leaves in the turn after the handshake was said to be complete.
  await nextTurn();
  const flightBytes = raw.bytesWritten - sentBytes;
  return flightBytes > CHANGE_CIPHER_BYTES + FINISHED_BESIDE_HASH_BYTES + hashBytes;
}

/**
 * Waits until the server has answered the client's certificate: with a ticket or data, which it sends
 * to whom it takes, with an alert, or with an end. TLS 1.3 has no other answer, so it waits for about
 * a round trip only.
 */
export async function awaitAnswer(
  socket: TLSSocket,
  { clock, signal }: Pick<Session, "clock" | "signal">,
  { handshakeMs, endMs }: { readonly handshakeMs: DurationMs; readonly endMs: DurationMs },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const answers = ["session", "data", "end", "error", "close"];
  for (const answer of answers) socket.once(answer, resolve);
  socket.resume();
  const longMs = Math.max(LEAST_WAIT_MS, WAIT_PER_HANDSHAKE * handshakeMs);
  const done = new AbortController();
  const leftMs = Math.max(0, Math.min(longMs, endMs - clock.monotonic()));
  await Promise.race([promise, clock.sleep(leftMs, AbortSignal.any([signal, done.signal]))]);
  done.abort(DONE);
  for (const answer of answers) socket.removeListener(answer, resolve);
  if (!signal.aborted) socket.pause();
}
