import type { PhaseFailure } from "../../session/session.ts";
import type { Talk } from "./talk.ts";

/** Before each packet: three bytes for its length, one for its number. */
const HEADER_BYTES = 4;
const VERSION_10 = 10;
const ERROR_PACKET = 0xff;

/** Behind the version's text: thread, the first half of a salt, and a filler. */
const BEFORE_CAPABILITIES_BYTES = 4 + 8 + 1;

const CLIENT_SSL = 0x0800;

/** CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION; 16 MiB at most, utf8mb4, 23 zeros. */
const SSL_REQUEST = Buffer.concat([
  Buffer.from("20000001" + "008a0000" + "00000001" + "2d", "hex"),
  Buffer.alloc(23),
]);

/** Waits for the greeting of a MySQL server, and asks for TLS, which then begins without an answer. */
export async function askMysql(talk: Talk): Promise<PhaseFailure | null> {
  const greeting = await talk.hear(wholePacket);
  if ("outcome" in greeting) return greeting;
  const packet = greeting.bytes.subarray(HEADER_BYTES);
  if (packet[0] === ERROR_PACKET) return talk.fail("rejected", "REFUSED", packet);
  const versionEnd = packet.indexOf(0, 1);
  const at = versionEnd + 1 + BEFORE_CAPABILITIES_BYTES;
  if (packet[0] !== VERSION_10 || versionEnd === -1 || at + 2 > packet.length)
    return talk.fail("unexpected_answer", "NOT_THE_PROTOCOL", packet);
  if ((packet.readUInt16LE(at) & CLIENT_SSL) === 0)
    return talk.fail("tls_not_offered", "NOT_LISTED", packet);
  talk.request(SSL_REQUEST);
  return null;
}

function wholePacket(received: Buffer): number | null {
  if (received.length < HEADER_BYTES) return null;
  const byteCount = HEADER_BYTES + received.readUIntLE(0, 3);
  return received.length < byteCount ? null : byteCount;
}
