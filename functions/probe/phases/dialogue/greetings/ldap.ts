import type { GreetingAnswer, GreetingProtocol } from "./greeting-type.ts";

/** An anonymous simple bind of LDAP 3 with the message ID 1 (RFC 4511, 4.2), in BER. */
const BIND = Buffer.from("300c020101600702010304008000", "hex");
/** RFC 4511, 4.3. */
const UNBIND = Buffer.from("30050201024200", "hex");

/** A message is a sequence that begins with its number. */
const MESSAGE = 0x30;
const INTEGER = 0x02;

/** Active Directory writes each length in four bytes. */
const MOST_LENGTH_BYTES = 4;

/** BindResponse and ExtendedResponse: tags of RFC 4511, appendix B. */
const BIND_RESPONSE = 0x61;
const EXTENDED_RESPONSE = 0x78;

/** Result codes of RFC 4511, appendix A, with which a server serves nobody now. */
const REFUSALS: Readonly<Record<number, string>> = { 51: "BUSY", 52: "UNAVAILABLE" };
const PROTOCOL_ERROR = 2;

/** How LDAP begins. A server that allows no anonymous bind says so, and is up. */
export const LDAP: GreetingProtocol = { kind: "packets", opening: BIND, read };

function read(received: Buffer): GreetingAnswer | null {
  if (received.length > 0 && received[0] !== MESSAGE) return { kind: "unexpected" };
  const message = readElement(received, 0);
  if (message === "short") return null;
  if (message === null) return { kind: "unexpected" };
  const { body } = message;
  const id = readElement(body, 0);
  if (id === null || id === "short" || id.tag !== INTEGER) return { kind: "unexpected" };
  return readResponse(body, id.endByte);
}

function readResponse(body: Buffer, atByte: number): GreetingAnswer {
  const response = readElement(body, atByte);
  if (response === null || response === "short") return { kind: "unexpected" };
  // The only response that nobody asked for is the notice of disconnection (4.4.1).
  if (response.tag === EXTENDED_RESPONSE) return { kind: "rejected", errorCode: "DISCONNECTED" };
  const code = readElement(response.body, 0);
  if (response.tag !== BIND_RESPONSE || code === null || code === "short") {
    return { kind: "unexpected" };
  }
  return answerOf(code.body);
}

function answerOf(code: Buffer): GreetingAnswer {
  if (code.length !== 1) return { kind: "unexpected" };
  const result = code.readUInt8(0);
  const errorCode = REFUSALS[result];
  if (errorCode !== undefined) return { kind: "rejected", errorCode };
  if (result === PROTOCOL_ERROR) return { kind: "unexpected", isVersion: true };
  return { kind: "good", goodbye: { bytes: UNBIND } };
}

interface Element {
  readonly tag: number;
  readonly body: Buffer;
  readonly endByte: number;
}

/** Reads one element of BER with a tag of one byte; null if it is none. */
function readElement(bytes: Buffer, atByte: number): Element | "short" | null {
  if (bytes.length < atByte + 2) return "short";
  const tag = bytes.readUInt8(atByte);
  const first = bytes.readUInt8(atByte + 1);
  const sizeBytes = first < 0x80 ? 0 : first - 0x80;
  if (sizeBytes > MOST_LENGTH_BYTES || first === 0x80) return null;
  const bodyAt = atByte + 2 + sizeBytes;
  if (bytes.length < bodyAt) return "short";
  const size = sizeBytes === 0 ? first : bytes.readUIntBE(atByte + 2, sizeBytes);
  const endByte = bodyAt + size;
  if (bytes.length < endByte) return "short";
  return { tag, body: bytes.subarray(bodyAt, endByte), endByte };
}
