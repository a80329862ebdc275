/**
 * A client that goes away after the handshake counts as a connect error of its host, and after 100 in
 * a row (`max_connect_errors`) the server blocks the host. So it gets an answer: a user without a
 * password, whom it refuses, which is no such error.
 */
const USER = "synfleet";

/** CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH. */
const CAPABILITIES = 0x00_08_82_01;
const CLIENT_SSL = 0x08_00;
const MOST_PACKET_BYTES = 0x01_00_00_00;
/** utf8mb4_general_ci. */
const CHARSET = 45;
const RESERVED_BYTES = 23;

/** In the server's handshake, after its version: 31 bytes of fixed fields, then 13 of random data at least. */
const FIXED_BYTES = 31;
const LEAST_DATA_BYTES = 13;
const DATA_LENGTH_AT = 20;

const USUAL_PLUGIN = "mysql_native_password";
const AUTH_SWITCH = 0xfe;
const OK = 0;
/** COM_QUIT, which a server reads only in a session. */
const QUIT = Buffer.from([1, 0, 0, 0, 1]);

/**
 * The answer to a handshake whose fields begin at this byte, after the version. In TLS it is the
 * second packet of the client: the request for TLS was the first.
 */
export function replyPacket(handshake: Buffer, fieldsAt: number, isInTls: boolean): Buffer {
  const head = Buffer.alloc(9 + RESERVED_BYTES);
  head.writeUInt32LE(isInTls ? CAPABILITIES | CLIENT_SSL : CAPABILITIES, 0);
  head.writeUInt32LE(MOST_PACKET_BYTES, 4);
  head.writeUInt8(CHARSET, 8);
  // An empty password is no bytes of proof.
  const rest = Buffer.from(`${USER}\0\0${pluginOf(handshake, fieldsAt)}\0`);
  return packet(isInTls ? 2 : 1, Buffer.concat([head, rest]));
}

/**
 * What a server that has not refused the user is told: one that asks for another way of proof gets
 * an empty password again, and one that lets it in gets the end of the session; null for a refusal.
 */
export function lastReply(received: Buffer): Buffer | null {
  const [number, kind] = received.subarray(3, 5);
  if (number === undefined || kind === undefined) return null;
  if (kind === OK) return QUIT;
  const empty = packet((number + 1) % 256, Buffer.alloc(0));
  return kind === AUTH_SWITCH ? Buffer.concat([empty, QUIT]) : null;
}

/** The server's own way of proof saves it to ask for another one. */
function pluginOf(handshake: Buffer, fieldsAt: number): string {
  const dataBytes = handshake[fieldsAt + DATA_LENGTH_AT] ?? 0;
  const nameAt = fieldsAt + FIXED_BYTES + Math.max(LEAST_DATA_BYTES, dataBytes - 8);
  const name = handshake.subarray(nameAt).toString("latin1").split("\0")[0] ?? "";
  return /^\w{1,64}$/.test(name) ? name : USUAL_PLUGIN;
}

function packet(number: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head.writeUInt8(number, 3);
  return Buffer.concat([head, payload]);
}
