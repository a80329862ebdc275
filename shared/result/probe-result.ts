import type { Expectation } from "../task/task.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import type { Outcome } from "./error-kinds.ts";
import type { ResultDetail } from "./result-detail.ts";

/** Who measured the handshake: the kernel (`TCP_INFO`) or a timer in this process. */
export type Timing = "kernel" | "user";

/**
 * What a check measured. A new figure is a field here and in `NO_FIGURES`, a line in
 * `chunk/figures.ts`, which stores it, and a line in `raw-metric.ts`, which shows it.
 */
export interface ResultFigures {
  /** SYN to SYN-ACK by the best clock available, see `timing`; null unless the outcome is `open`. */
  readonly connectTimeMs: DurationMs | null;
  /** The same interval as this process measured it; null unless the outcome is `open`. */
  readonly elapsedMs: DurationMs | null;
  /** Null if no DNS query was made: the host is an address, or the name was in the cache. */
  readonly dnsTimeMs: DurationMs | null;
  /** SYNs that were sent again; 0 if the kernel was not asked. */
  readonly synRetransmits: number;
  /** From the first byte of the TLS handshake, or of the request for it, to its end; null without one. */
  readonly tlsTimeMs: DurationMs | null;
  /** From the end of the phase before to the last step of greeting and dialogue; null without one. */
  readonly dialogueTimeMs: DurationMs | null;
  /** How long the connection has been held; null if it is not. */
  readonly heldMs: DurationMs | null;
  /** Attempts that failed in this slot before this one. */
  readonly retryCount: number;
  /** How often the server sent the check elsewhere. */
  readonly reconnectCount: number;
  /** Of all phases after the handshake, as they were on the wire, and 0 of a plain check. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Steps that sent, and steps whose answer came. */
  readonly sentMessages: number;
  readonly receivedMessages: number;
}

/** The figures of a check that measured nothing. */
export const NO_FIGURES: ResultFigures = {
  connectTimeMs: null,
  elapsedMs: null,
  dnsTimeMs: null,
  synRetransmits: 0,
  tlsTimeMs: null,
  dialogueTimeMs: null,
  heldMs: null,
  retryCount: 0,
  reconnectCount: 0,
  sentBytes: 0,
  receivedBytes: 0,
  sentMessages: 0,
  receivedMessages: 0,
};

/** Thirty years in milliseconds: what is larger is no figure, and a chunk can't hold it. */
const MAX_FIGURE = 1e12;

/** Whether a value can be a figure: a number from 0 on, or null. One that is not spoils its whole chunk. */
export function isFigure(value: unknown): value is number | null {
  if (value === null) return true;
  return typeof value === "number" && value >= 0 && value <= MAX_FIGURE;
}

/** What a check noticed beside its outcome. */
export interface ResultMarks {
  /** An ICMP error ended the connect; see `Judgeable`. */
  readonly icmpError: boolean;
  /** The peer reset the connection after a complete handshake, and before the check had closed it. */
  readonly closedByPeer: boolean;
  /** The system's code, e.g. `EHOSTUNREACH`, if the outcome may have several; else null. */
  readonly errorCode: string | null;
  /**
   * A check between slots, made because of a failure; `slotAtMs` is then its own instant. It counts
   * for health only, never for figures, shares or summaries.
   */
  readonly recheck: boolean;
  /** What only a check beyond the plain one notices; null if it noticed nothing of the kind. */
  readonly detail: ResultDetail | null;
}

/** The marks of a check that noticed nothing. */
export const NO_MARKS: ResultMarks = {
  icmpError: false,
  closedByPeer: false,
  errorCode: null,
  recheck: false,
  detail: null,
};

/** One check of one task in one region, before it is stored. */
export interface ProbeResult extends ResultFigures, ResultMarks {
  /** The task's position in its bundle. */
  readonly taskIndex: number;
  /** The scheduled instant; the result is filed under it. */
  readonly slotAtMs: EpochMs;
  readonly startedAtMs: EpochMs;
  readonly outcome: Outcome;
  readonly expect: Expectation;
  /** The vetted address that was connected to; null if no connection was attempted. */
  readonly address: string | null;
  readonly timing: Timing;
  /** This process stalled during the check: it counts as a check, but not for latency. */
  readonly suspect: boolean;
}

/** Whether it is no slot's result: a connection that has been held for a while tells of itself. */
export function isHeldSample({ heldMs }: Pick<ResultFigures, "heldMs">): boolean {
  return heldMs !== null && heldMs > 0;
}
