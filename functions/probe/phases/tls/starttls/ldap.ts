import type { PhaseFailure } from "../../session/session.ts";
import type { Talk } from "./talk.ts";

/** ExtendedRequest 1.3.6.1.4.1.1466.20037 as the first message (RFC 4511 4.14). */
const START_TLS = Buffer.concat([
  Buffer.from("301d02010177188016", "hex"),
  Buffer.from("1.3.6.1.4.1.1466.20037"),
]);

const SEQUENCE = 0x30;
const LONG_LENGTH = 0x80;

/** Message 1, then an ExtendedResponse, which begins with its result. */
const RESPONSE = Buffer.from("02010178", "hex");
const ENUMERATED = Buffer.from("0a01", "hex");

/** Asks an LDAP server for TLS. */
export async function askLdap(talk: Talk): Promise<PhaseFailure | null> {
  talk.request(START_TLS);
  const answer = await talk.hear(wholeMessage);
  if ("outcome" in answer) return answer;
  const result = resultOf(answer.bytes);
  if (result === null) return talk.fail("unexpected_answer", "NOT_THE_PROTOCOL", answer.bytes);
  return result === 0 ? null : talk.fail("tls_not_offered", "REFUSED", answer.bytes);
}

/** The result of an extended response; null if it is something else. */
function resultOf(message: Buffer): number | null {
  const { headerBytes } = measure(message);
  const response = message.subarray(headerBytes);
  if (!response.subarray(0, RESPONSE.length).equals(RESPONSE)) return null;
  const inner = response.subarray(RESPONSE.length - 1);
  const result = inner.subarray(measure(inner).headerBytes);
  return result.subarray(0, ENUMERATED.length).equals(ENUMERATED) ? (result[2] ?? null) : null;
}

function wholeMessage(received: Buffer): number | null {
  if (received.length > 0 && received[0] !== SEQUENCE) return received.length;
  const { headerBytes, contentBytes } = measure(received);
  const byteCount = headerBytes + contentBytes;
  return received.length < byteCount ? null : byteCount;
}

/** The two lengths of an element; more than there is if its header is not complete. */
function measure(element: Buffer): { readonly headerBytes: number; readonly contentBytes: number } {
  const first = element[1] ?? 0;
  if (first < LONG_LENGTH) return { headerBytes: 2, contentBytes: first };
  // Servers may use up to four bytes even for short lengths.
  const lengthBytes = Math.min(first - LONG_LENGTH, 4);
  const headerBytes = 2 + lengthBytes;
  if (element.length < headerBytes || lengthBytes === 0) return { headerBytes, contentBytes: 0 };
  return { headerBytes, contentBytes: element.readUIntBE(2, lengthBytes) };
}
