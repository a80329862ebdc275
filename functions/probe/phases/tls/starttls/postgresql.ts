import type { PhaseFailure } from "../../session/session.ts";
import type { Talk } from "./talk.ts";

/** SSLRequest: its length, and the number 80877103 (PostgreSQL's manual, section Message Formats). */
const SSL_REQUEST = Buffer.from("0000000804d2162f", "hex");

/** Old servers answer an error message, which begins with `E`. */
const NO: readonly string[] = ["N", "E"];

/** Asks a PostgreSQL server for TLS: its answer is a single byte. */
export async function askPostgresql(talk: Talk): Promise<PhaseFailure | null> {
  talk.request(SSL_REQUEST);
  const answer = await talk.hear(({ length }) => (length === 0 ? null : 1));
  if ("outcome" in answer) return answer;
  const letter = String(answer.bytes);
  if (letter === "S") return null;
  return NO.includes(letter)
    ? talk.fail("tls_not_offered", "REFUSED", answer.bytes)
    : talk.fail("unexpected_answer", "NOT_THE_PROTOCOL", answer.bytes);
}
