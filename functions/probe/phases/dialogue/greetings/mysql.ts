import type { GreetingAnswer, GreetingProtocol } from "./greeting-type.ts";
import { lastReply, replyPacket } from "./mysql-reply.ts";

/** A packet: three bytes of length, its number, and what it carries ("MySQL Packets"). */
const HEAD_BYTES = 4;
const PROTOCOL_10 = 10;
const OLDER_PROTOCOL = 9;
const ERR = 0xff;

/** Errors before the handshake. */
const REFUSALS: Readonly<Record<number, string>> = {
  1040: "TOO_MANY_CONNECTIONS",
  1129: "HOST_BLOCKED",
  1130: "HOST_NOT_ALLOWED",
};

/** MariaDB before 11 pretends this version for old replicas. */
const MARIADB_PREFIX = /^5\.5\.5-(?=\d)/;

/** How MySQL and MariaDB begin: the server shows its version, or an error. */
export const MYSQL: GreetingProtocol = { kind: "packets", read };

function read(received: Buffer, isInTls: boolean): GreetingAnswer | null {
  if (received.length < HEAD_BYTES) return null;
  if (received[3] !== 0) return { kind: "unexpected" };
  const endByte = HEAD_BYTES + received.readUIntLE(0, 3);
  const kind = received[HEAD_BYTES];
  if (kind === undefined) return null;
  if (![PROTOCOL_10, OLDER_PROTOCOL, ERR].includes(kind)) return { kind: "unexpected" };
  return received.length < endByte
    ? null
    : answerOf(received.subarray(HEAD_BYTES, endByte), isInTls);
}

function answerOf(payload: Buffer, isInTls: boolean): GreetingAnswer {
  if (payload[0] === ERR) return refusal(payload);
  if (payload[0] === OLDER_PROTOCOL) return { kind: "unexpected", isVersion: true };
  const versionEnd = payload.indexOf(0, 1);
  if (versionEnd < 0) return { kind: "unexpected" };
  const version = payload.subarray(1, versionEnd).toString().replace(MARIADB_PREFIX, "");
  const goodbye = { bytes: replyPacket(payload, versionEnd + 1, isInTls), answer: lastReply };
  return { kind: "good", labels: { version }, goodbye };
}

function refusal(payload: Buffer): GreetingAnswer {
  if (payload.length < 3) return { kind: "unexpected" };
  return { kind: "rejected", errorCode: REFUSALS[payload.readUInt16LE(1)] ?? "ERR_PACKET" };
}
