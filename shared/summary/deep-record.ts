import { DAY_MS, type EpochMs, toIso, toMicrosecondPrecision } from "../units.ts";
import { type DeepFigures, deepSumsIn } from "./deep-figures.ts";
import { type FailuresByPhase, failuresByPhase } from "./failed-phases.ts";
import type { Figures } from "./figures.ts";

/** The figures of a record that only tasks with checks beyond a handshake have. */
export interface DeepAggFigures {
  /** Over the checks that passed; null without one. */
  readonly avg_tls_time_ms: number | null;
  readonly tls_count: number;
  readonly avg_dialogue_time_ms: number | null;
  readonly dialogue_count: number;
  /** Checks that passed after attempts that failed. */
  readonly recovered_by_retry: number;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly messages_sent: number;
  readonly messages_received: number;
  readonly failures_by_phase: FailuresByPhase;
  /** The earliest end of the certificates that were seen, ISO 8601; null if none was. */
  readonly certificate_expires_at: string | null;
  /** Whole days from the end of the minute until then; below 0 if it has passed. */
  readonly certificate_days_left: number | null;
  readonly addresses_appeared: readonly string[];
  readonly addresses_left: readonly string[];
}

/** Whether checks did or noticed anything beyond a handshake, or failed in a phase after it. */
export function isDeep(figures: Figures): boolean {
  if (figures.deep !== undefined) return true;
  const phases = Object.keys(failuresByPhase(figures));
  return phases.some((phase) => phase !== "resolve" && phase !== "connect");
}

/** Whole days from one instant until a certificate ends. */
export function daysLeft(untilMs: EpochMs, atMs: EpochMs): number {
  return Math.floor((untilMs - atMs) / DAY_MS);
}

/** These figures of a minute that ended at `endMs`. */
export function toDeepAggFigures(figures: Figures, endMs: EpochMs): DeepAggFigures {
  const { deep = noFigures() } = figures;
  const { certificateUntilMs: untilMs } = deep;
  return {
    avg_tls_time_ms: average(deep.tlsSumMs, deep.tlsCount),
    tls_count: deep.tlsCount,
    avg_dialogue_time_ms: average(deep.dialogueSumMs, deep.dialogueCount),
    dialogue_count: deep.dialogueCount,
    recovered_by_retry: deep.recoveredCount,
    bytes_sent: deep.sentBytes,
    bytes_received: deep.receivedBytes,
    messages_sent: deep.sentMessages,
    messages_received: deep.receivedMessages,
    failures_by_phase: failuresByPhase(figures),
    certificate_expires_at: untilMs === null ? null : toIso(untilMs),
    certificate_days_left: untilMs === null ? null : daysLeft(untilMs, endMs),
    addresses_appeared: deep.appeared,
    addresses_left: deep.left,
  };
}

function noFigures(): Omit<DeepFigures, "otherPhases"> {
  return { ...deepSumsIn([]), certificateUntilMs: null, appeared: [], left: [] };
}

function average(sumMs: number, count: number): number | null {
  return count === 0 ? null : toMicrosecondPrecision(sumMs / count);
}
