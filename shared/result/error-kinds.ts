import type { Expectation, Phase } from "../task/task.ts";

/** What is true of every check that ended in one way. */
interface KindFacts {
  /** The `error` of the record, in the words that other monitors use for it. */
  readonly sentence: string;
  /** What an alert says that the target did or was. */
  readonly phrase: string;
  /** Whether it counts as a check of the target. What the probe itself could not do does not. */
  readonly counts: boolean;
  /** The phase in which it happens, unless the result says another one; absent if there is no telling. */
  readonly phase?: Phase;
  /** Present if a task that expects a closed port passes with it: always, or if ICMP answered. */
  readonly isClosed?: "always" | "by ICMP";
  /** Present if the sentence is followed by the system's code, which says more than the kind. */
  readonly namesCode?: true;
}

/**
 * Every way in which a check can fail. Stored chunks and summaries name a kind by its position, so
 * new kinds go to the end. A new kind also needs a line in the `error_kind` of the event schemas.
 */
const KINDS = {
  refused: {
    sentence: "Connection refused",
    phrase: "refused",
    counts: true,
    phase: "connect",
    isClosed: "always",
  },
  timeout: {
    sentence: "Connection timeout",
    phrase: "timed out",
    counts: true,
    phase: "connect",
    isClosed: "always",
  },
  dns_not_found: {
    sentence: "Failed to parse host: no addresses found",
    phrase: "not found in DNS",
    counts: true,
    phase: "resolve",
  },
  dns_timeout: {
    sentence: "Failed to parse host: DNS timeout",
    phrase: "DNS timed out",
    counts: true,
    phase: "resolve",
  },
  dns_failed: {
    sentence: "Failed to parse host: DNS resolution failure",
    phrase: "DNS failed",
    counts: true,
    phase: "resolve",
  },
  unreachable: {
    sentence: "Network unreachable",
    phrase: "unreachable",
    counts: true,
    phase: "connect",
    isClosed: "by ICMP",
  },
  reset: {
    sentence: "Connection reset",
    phrase: "reset",
    counts: true,
    phase: "connect",
  },
  blocked: {
    sentence: "Address not allowed",
    phrase: "not allowed",
    counts: true,
    phase: "resolve",
  },
  unsupported: {
    sentence: "Not supported from this region",
    phrase: "not supported",
    counts: false,
  },
  internal: {
    sentence: "Probe error",
    phrase: "not checked",
    counts: false,
    namesCode: true,
  },
  unexpected_open: {
    sentence: "Connection succeeded, expected closed",
    phrase: "open, expected closed",
    counts: true,
    phase: "connect",
  },
  tls_handshake: {
    sentence: "TLS handshake failed",
    phrase: "TLS handshake failed",
    counts: true,
    phase: "tls",
    namesCode: true,
  },
  tls_cipher: {
    sentence: "TLS handshake failed: no common cipher; check `ciphers` and `groups`",
    phrase: "no common TLS cipher",
    counts: true,
    phase: "tls",
  },
  tls_version: {
    sentence: "TLS handshake failed: no common version; check `min_version` and `max_version`",
    phrase: "no common TLS version",
    counts: true,
    phase: "tls",
  },
  tls_required: {
    sentence: "The server wants TLS; set `tls`",
    phrase: "wants TLS",
    counts: true,
    phase: "dialogue",
  },
  tls_not_offered: {
    sentence: "The server offers no TLS on this port; check the port and `starttls`",
    phrase: "offers no TLS",
    counts: true,
    phase: "tls",
  },
  tls_untrusted: {
    sentence: "Certificate not trusted; install the whole chain, or name its CA in `ca`",
    phrase: "certificate not trusted",
    counts: true,
    phase: "tls",
    namesCode: true,
  },
  tls_name_mismatch: {
    sentence: "Certificate is for another name; check it, or `server_name`",
    phrase: "certificate for another name",
    counts: true,
    phase: "tls",
  },
  tls_expired: {
    sentence: "Certificate expired; renew it",
    phrase: "certificate expired",
    counts: true,
    phase: "tls",
  },
  tls_not_yet_valid: {
    sentence: "Certificate not valid yet; check its dates and the clocks",
    phrase: "certificate not valid yet",
    counts: true,
    phase: "tls",
  },
  tls_weak: {
    sentence: "Certificate or key exchange too weak; use larger keys and a newer hash",
    phrase: "TLS too weak",
    counts: true,
    phase: "tls",
    namesCode: true,
  },
  tls_client_certificate: {
    sentence: "The server refused or missed the client certificate; check `client_certificate`",
    phrase: "client certificate refused",
    counts: true,
    phase: "tls",
    namesCode: true,
  },
  closed_early: {
    sentence: "The server closed the connection early; look at its log and limits",
    phrase: "closed early",
    counts: true,
    phase: "dialogue",
    namesCode: true,
  },
  no_answer: {
    sentence: "Connected, but no answer in time; the service may hang",
    phrase: "gave no answer",
    counts: true,
    phase: "dialogue",
  },
  unexpected_answer: {
    sentence: "The server answered something else than expected",
    phrase: "unexpected answer",
    counts: true,
    phase: "dialogue",
    namesCode: true,
  },
  rejected: {
    sentence: "The server rejected the request; check credentials and limits",
    phrase: "rejected",
    counts: true,
    phase: "dialogue",
    namesCode: true,
  },
  rate_limited: {
    sentence: "Not checked: too many checks of this destination; see `rate_limit`",
    phrase: "not checked for politeness",
    counts: false,
  },
  secret_unavailable: {
    sentence: "Not checked: a secret can't be read; check its name and permission",
    phrase: "not checked for lack of a secret",
    counts: false,
    namesCode: true,
  },
} as const satisfies Readonly<Record<string, KindFacts>>;

/** Why a check failed, or why a port that should be closed is: one of a closed set. */
export type ErrorKind = keyof typeof KINDS;

/** All error kinds in the order of their numbers in stored data. */
export const ERROR_KINDS = Object.keys(KINDS) as readonly ErrorKind[];

/** What the network answered: the handshake completed, or the reason it did not. */
export type Outcome = "open" | Exclude<ErrorKind, "unexpected_open">;

/** Whether a value is an outcome of this version, whatever its type says. */
export function isOutcome(value: unknown): value is Outcome {
  if (value === "open") return true;
  return value !== "unexpected_open" && ERROR_KINDS.some((kind) => kind === value);
}

/** What a check means for its target. `uncounted` is an internal error: it says nothing of the target. */
export type Verdict = "passed" | "failed" | "uncounted";

/** The record's `error` text for a kind and the system's code, e.g. `Connection refused`, `Probe error: EMFILE`. */
export function sentenceOfKind(kind: ErrorKind, errorCode: string | null = null): string {
  const { sentence, namesCode }: KindFacts = KINDS[kind];
  return namesCode && errorCode !== null ? `${sentence}: ${errorCode}` : sentence;
}

/** An alert's words for a kind, e.g. `timed out` in `db timed out from 2 of 3 regions`. */
export function phraseOfKind(kind: ErrorKind): string {
  return KINDS[kind].phrase;
}

/** The phase in which a check failed that ended so, if nothing else says it; null if there is no telling. */
export function usualPhaseOf(kind: ErrorKind): Phase | null {
  const { phase }: KindFacts = KINDS[kind];
  return phase ?? null;
}

/** Whether a check that ended so counts as a check of the target. */
export function isCounted(kind: ErrorKind): boolean {
  return KINDS[kind].counts;
}

/** What decides the verdict on a check. */
export interface Judgeable {
  readonly outcome: Outcome;
  readonly expect: Expectation;
  /** An ICMP error ended the connect: a firewall forbids the port, or a router knows no way to the host. */
  readonly icmpError: boolean;
}

/**
 * Judges a check. A port that should be closed passes if it is refused or filtered: by silence, or by
 * an ICMP error. What this machine itself can't do, as with a missing route, closes no port.
 */
export function judgeResult({ outcome, expect, icmpError }: Judgeable): Verdict {
  if (outcome === "open") return expect === "open" ? "passed" : "failed";
  const { counts, isClosed }: KindFacts = KINDS[outcome];
  if (!counts) return "uncounted";
  const passes = isClosed === "always" || (isClosed === "by ICMP" && icmpError);
  return expect === "closed" && passes ? "passed" : "failed";
}

/** The kind that a record shows, or null if there is nothing to explain. */
export function errorKindOf(outcome: Outcome, expect: Expectation): ErrorKind | null {
  if (outcome !== "open") return outcome;
  return expect === "closed" ? "unexpected_open" : null;
}
