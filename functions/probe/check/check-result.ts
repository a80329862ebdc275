import {
  isFigure,
  isOutcome,
  NO_FIGURES,
  NO_MARKS,
  type ProbeResult,
} from "../../../shared/result/result.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { Failure } from "../classify/classify.ts";
import type { ProbeFacts } from "../probers/probers.ts";
import type { Handshake } from "../socket/socket.ts";
import type { CheckInput } from "./services.ts";

/** How far a check has come. */
export interface Progress {
  readonly input: CheckInput;
  startedAtMs: EpochMs;
  readonly dnsTimeMs: DurationMs | null;
  /** The vetted literal to connect to; null if there is none. */
  address: string | null;
}

/** A check that has an address; it may go on with another one. */
export type Addressed = Progress & { address: string };

/** What a check connects to: its address, and others that it tries if that gets it nowhere. */
export interface Addresses {
  readonly progress: Addressed;
  readonly others: readonly string[];
}

/** The same facts; throws if their outcome is not one that is known, or a figure is none. */
export function knownFacts(facts: ProbeFacts): ProbeFacts {
  const outcome: unknown = facts?.outcome;
  if (!isOutcome(outcome)) throw new TypeError(`A prober returned the outcome ${String(outcome)}`);
  for (const [name, figure] of Object.entries(facts.figures ?? {})) {
    if (!isFigure(figure)) throw new TypeError(`A prober returned ${name} ${String(figure)}`);
  }
  return facts;
}

/** The result of a check without an open connection. */
export function failureOf(progress: Progress, { outcome, ...marks }: Failure): ProbeResult {
  return { ...resultOf(progress, { facts: { outcome } }), ...marks };
}

/** What came of an open connection, if there was one. */
interface Finding {
  readonly facts: ProbeFacts;
  readonly handshake?: Handshake;
  readonly closedByPeer?: boolean;
}

/** Makes the result of a check; the figures of a TCP handshake go with checks that came further than that. */
export function resultOf(
  { input, startedAtMs, dnsTimeMs, address }: Progress,
  { facts: { outcome, figures, errorCode, detail }, handshake, closedByPeer = false }: Finding,
): ProbeResult {
  const wasConnected = outcome === "open" || detail?.failedPhase !== undefined;
  const timed = wasConnected ? handshake : undefined;
  return {
    ...NO_FIGURES,
    ...figures,
    ...NO_MARKS,
    closedByPeer,
    errorCode: errorCode ?? null,
    detail: detail ?? null,
    taskIndex: input.taskIndex,
    slotAtMs: input.slotAtMs,
    startedAtMs,
    outcome,
    expect: input.task.expect,
    connectTimeMs: timed?.connectTimeMs ?? null,
    elapsedMs: timed?.elapsedMs ?? null,
    dnsTimeMs,
    address,
    timing: timed?.timing ?? "user",
    synRetransmits: timed?.synRetransmits ?? 0,
    suspect: timed?.suspect ?? false,
  };
}
