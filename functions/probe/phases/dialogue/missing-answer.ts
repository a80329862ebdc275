import type { Phase } from "../../../../shared/task/task.ts";
import type { Arrival, PhaseFailure } from "../session/session.ts";

/** The code of a failure by which a server sends its client elsewhere. */
export const SENT_ELSEWHERE = "SENT_ELSEWHERE";

/** How a wait ended, as a constant that says more than the kind. */
const CODES: Readonly<Record<Exclude<Arrival, "data">, string>> = {
  fin: "FIN",
  reset: "RST",
  late: "NO_MATCH_IN_TIME",
  full: "NO_MATCH_IN_64_KIB",
};

/** What it means that no more comes, after these bytes which are not what was waited for. */
export function missingAnswer(
  phase: Phase,
  arrival: Exclude<Arrival, "data">,
  answer: Buffer,
): PhaseFailure {
  const errorCode = CODES[arrival];
  if (answer.length > 0) return { outcome: "unexpected_answer", phase, errorCode, answer };
  if (arrival === "late") return { outcome: "no_answer", phase };
  return { outcome: "closed_early", phase, errorCode };
}

/** An alert record is its type, a version 3.x, the length 2, and the alert (RFC 8446, 5.1 and 6). */
const ALERT_BYTES = 7;
const TLS_ALERT = Buffer.from([0x15, 0x03]);
const TWO = Buffer.from([0, 2]);

/** Whether bytes begin as the answer of a server that takes them for a broken TLS handshake. */
export function startsWithTlsAlert(bytes: Buffer): boolean {
  if (bytes.length < ALERT_BYTES || !bytes.subarray(0, 2).equals(TLS_ALERT)) return false;
  return bytes.subarray(3, 5).equals(TWO);
}
