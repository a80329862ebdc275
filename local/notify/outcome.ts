import { escapeUnprintable } from "../../shared/input/input.ts";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { cutText } from "./message/text.ts";

/** What became of a message. `why` is for people and has nothing secret. */
export type Outcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "later"; readonly why: string; readonly retryAfterMs: DurationMs | null }
  | { readonly kind: "refused"; readonly why: string };

/** Answers of HTTP that may be others next time, beside 5xx. */
const PASSING = [408, 421, 425, 429];

const SHOWN_CHARACTERS = 120;

/** An answer of HTTP as far as it is looked at. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Its beginning. */
  readonly body: string;
}

/** What an answer of HTTP means. */
export function outcomeOfAnswer({ status, retryAfter, body }: Answer, nowMs: number): Outcome {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const said = cutText(escapeUnprintable(body.trim().replaceAll(/\s+/g, " ")), SHOWN_CHARACTERS);
  const why = `HTTP ${status}${said === "" ? "" : ` (${said})`}: ${hintOf(status)}`;
  if (status < 500 && !PASSING.includes(status)) return { kind: "refused", why };
  return { kind: "later", why, retryAfterMs: patienceOf(retryAfter, body, nowMs) };
}

function hintOf(status: number): string {
  if (status >= 300 && status < 400)
    return "redirects are not followed, use the address it leads to";
  if (status === 401 || status === 403) return "the token or key is not accepted";
  if (status === 404 || status === 410)
    return "the address is unknown there, look whether it still exists";
  if (status === 429) return "too many messages";
  if (status >= 500 || status === 408) return "the service has a problem of its own";
  return "it does not take this message";
}

/** Seconds or a date in the header; Telegram and Discord have seconds in the body too. */
function patienceOf(header: string | null, body: string, nowMs: number): DurationMs | null {
  if (header !== null) {
    if (/^\d+(?:\.\d+)?$/.test(header)) return Number(header) * SECOND_MS;
    const atMs = Date.parse(header);
    if (!Number.isNaN(atMs)) return Math.max(0, atMs - nowMs);
  }
  const seconds = /"retry_after"\s*:\s*(\d{1,6}(?:\.\d+)?)/.exec(body)?.[1];
  return seconds === undefined ? null : Number(seconds) * SECOND_MS;
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ["ENOTFOUND", "the name is not known (DNS)"],
  ["EDNS", "the name is not known (DNS)"],
  ["EAI_AGAIN", "the name can't be looked up (DNS)"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ECONNRESET", "the connection was cut"],
  ["UND_ERR_SOCKET", "the connection was cut"],
  ["ETIMEDOUT", "no answer in time"],
  ["TimeoutError", "no answer in time"],
  ["UND_ERR_CONNECT_TIMEOUT", "no answer in time"],
  ["EHOSTUNREACH", "there is no way to that host"],
  ["ENETUNREACH", "there is no network"],
  ["ETLS", "TLS failed"],
  ["ECONNECTION", "the connection was cut"],
  ["ESOCKET", "the connection failed"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "the certificate is not trusted"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "the certificate is not trusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "the certificate is not trusted"],
  ["CERT_HAS_EXPIRED", "the certificate has expired"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "the certificate is for another name"],
]);

/** What a connection that failed means: it may work later. */
export function outcomeOfError(error: unknown): Outcome {
  const code = codeOf(error);
  const hint = HINTS.get(code);
  const why = hint === undefined ? `it can't be reached (${code})` : `${hint} (${code})`;
  return { kind: "later", why, retryAfterMs: null };
}

/** `fetch` throws "fetch failed" and has the reason as its cause; of several addresses the first one counts. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.cause instanceof Error) return codeOf(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  // The library of mails has a code of its own, and keeps that of the system beside it.
  const { code, originalCode } = error as { code?: unknown; originalCode?: unknown };
  const codes = [originalCode, code].filter((one) => typeof one === "string");
  return codes[0] ?? error.name;
}
