import type { Expectation } from "../task/task.ts";

/** What is true of every check that ended in one way. */
interface KindFacts {
  /** The `error` of the record, in the words that other monitors use for it. */
  readonly sentence: string;
  /** What an alert says that the target did or was. */
  readonly phrase: string;
  /** Whether it counts as a check of the target. What the probe itself could not do does not. */
  readonly counts: boolean;
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
    isClosed: "always",
  },
  timeout: {
    sentence: "Connection timeout",
    phrase: "timed out",
    counts: true,
    isClosed: "always",
  },
  dns_not_found: {
    sentence: "Failed to parse host: no addresses found",
    phrase: "not found in DNS",
    counts: true,
  },
  dns_timeout: {
    sentence: "Failed to parse host: DNS timeout",
    phrase: "DNS timed out",
    counts: true,
  },
  dns_failed: {
    sentence: "Failed to parse host: DNS resolution failure",
    phrase: "DNS failed",
    counts: true,
  },
  unreachable: {
    sentence: "Network unreachable",
    phrase: "unreachable",
    counts: true,
    isClosed: "by ICMP",
  },
  reset: {
    sentence: "Connection reset",
    phrase: "reset",
    counts: true,
  },
  blocked: {
    sentence: "Address not allowed",
    phrase: "not allowed",
    counts: true,
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
