import type { Expectation } from "../task/task.ts";
import type { DurationMs, EpochMs } from "../units.ts";

/**
 * Why a check did not end as hoped: a closed set, mapped from `error.code` and phase.
 * Its order is the chunk codec's; append only.
 */
export const ERROR_KINDS = [
  "refused",
  "timeout",
  "dns_not_found",
  "dns_timeout",
  "dns_failed",
  "unreachable",
  "reset",
  "blocked",
  "unsupported",
  "internal",
  "unexpected_open",
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** The human sentence beside each kind; where the seeds have one, it is theirs. */
export const ERROR_SENTENCES: Readonly<Record<ErrorKind, string>> = {
  refused: "Connection refused",
  timeout: "Connection timeout",
  dns_not_found: "Failed to parse host: no addresses found",
  dns_timeout: "Failed to parse host: DNS timeout",
  dns_failed: "Failed to parse host: DNS resolution failure",
  unreachable: "Network unreachable",
  reset: "Connection reset",
  blocked: "Address not allowed",
  unsupported: "Not supported from this region",
  internal: "Probe error",
  unexpected_open: "Connection succeeded, expected closed",
};

/** What the network answered: the handshake completed, or the reason it did not. */
export type Outcome = "open" | Exclude<ErrorKind, "unexpected_open">;

/** Who measured the handshake: the kernel (`TCP_INFO`) or a timer in this process. */
export type Timing = "kernel" | "user";

/** One check of one task in one region, before it is stored. */
export interface ProbeResult {
  /** The task's place in its bundle. */
  readonly taskIndex: number;
  /** The scheduled instant; the result is filed under it. */
  readonly slotAtMs: EpochMs;
  readonly startedAtMs: EpochMs;
  readonly outcome: Outcome;
  readonly expect: Expectation;
  /** SYN to SYN-ACK by the best clock at hand, see `timing`; null unless the outcome is `open`. */
  readonly connectTimeMs: DurationMs | null;
  /** The same span as this process saw it; null unless the outcome is `open`. */
  readonly elapsedMs: DurationMs | null;
  /** Null where no look-up was made: a literal, or a name still in the cache. */
  readonly dnsTimeMs: DurationMs | null;
  /** The vetted literal that was connected to; null where it never came to that. */
  readonly address: string | null;
  readonly timing: Timing;
  /** SYNs that had to be sent again; 0 where the kernel was not asked. */
  readonly synRetransmits: number;
  /** This process stood still meanwhile: counts as a check, but not for latency. */
  readonly suspect: boolean;
}

/** What a check means for its target. `uncounted` is our own fault and blames nobody. */
export type Verdict = "passed" | "failed" | "uncounted";

/** Judges an outcome. Closed passes on refused or filtered only; a DNS failure never does. */
export function judgeOutcome(outcome: Outcome, expect: Expectation): Verdict {
  if (outcome === "internal" || outcome === "unsupported") return "uncounted";
  if (expect === "open") return outcome === "open" ? "passed" : "failed";
  return outcome === "refused" || outcome === "timeout" ? "passed" : "failed";
}

/** The kind a record shows, or null when there is nothing to explain. */
export function errorKindOf(outcome: Outcome, expect: Expectation): ErrorKind | null {
  if (outcome !== "open") return outcome;
  return expect === "closed" ? "unexpected_open" : null;
}
