import { Socket } from "node:net";
import {
  type ConnectionOptions,
  connect,
  type DetailedPeerCertificate,
  type TLSSocket,
} from "node:tls";
import type { DurationMs } from "../../../../shared/units.ts";
import { codeOf } from "../../classify/classify.ts";
import type { Session } from "../session/session.ts";
import { endWithCheck } from "./end-with-check.ts";
import { watchOverhead } from "./watch-overhead.ts";

const NOT_READ = {} as DetailedPeerCertificate;

/** A reason that is no error: to make one costs as much as a tenth of a handshake. */
const DONE = "done";

/** How the peer or time ended a handshake, beside codes of OpenSSL and of the system. */
export type HandshakeEnd = "FIN" | "RST" | "LATE";

/** A handshake that was completed, or the code of its end. */
export type Handshake =
  | {
      readonly socket: TLSSocket;
      readonly raw: Socket;
      readonly secureAtMs: DurationMs;
      /** What had been sent when it was complete: the client's last flight leaves after that. */
      readonly sentBytes: number;
    }
  | {
      readonly endCode: HandshakeEnd | string;
      /** What the server has said in the handshake. */
      readonly receivedBytes: number;
    };

/** Begins TLS over the session's channel, which goes on over it; ends at the latest at `endMs`. */
export async function shakeHands(
  session: Session,
  options: ConnectionOptions,
  endMs: DurationMs,
): Promise<Handshake> {
  const { channel, clock } = session;
  const raw = channel.release();
  if (!(raw instanceof Socket)) throw new TypeError("TLS needs a socket");
  const receivedBefore = raw.bytesRead;
  const socket = connect({ ...options, socket: raw });
  // Node reads the whole chain, for a check of names that is made here: half of a handshake's CPU.
  socket.getPeerCertificate = () => NOT_READ;
  // It may emit errors at any time, also after its end: one that nobody hears would end the process.
  socket.on("error", () => undefined);
  watchOverhead(socket, raw, clock);
  const end = await endOf(socket, session, endMs);
  if (end !== null) {
    endWithCheck(socket, session);
    return { endCode: end, receivedBytes: raw.bytesRead - receivedBefore };
  }
  const secureAtMs = clock.monotonic();
  channel.adopt(socket);
  endWithCheck(socket, session);
  return { socket, raw, secureAtMs, sentBytes: raw.bytesWritten };
}

/** Null if it was completed. */
async function endOf(
  socket: TLSSocket,
  { clock }: Session,
  endMs: DurationMs,
): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const done = new AbortController();
  socket.once("secureConnect", () => resolve(null));
  socket.once("error", (error) => resolve(codeOfEnd(error)));
  socket.once("close", () => resolve("FIN"));
  const leftMs = Math.max(0, endMs - clock.monotonic());
  void clock.sleep(leftMs, done.signal).then(() => resolve("LATE"));
  const end = await promise;
  done.abort(DONE);
  return end;
}

const RESETS: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

// Node makes an ECONNRESET of the peer's FIN too; only the system's own has a number.
function codeOfEnd(error: Error): string {
  const code = codeOf(error);
  if (!RESETS.has(code)) return code;
  return "errno" in error && error.errno !== undefined ? "RST" : "FIN";
}
