import type { ProbeResult } from "../../../shared/result/result.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { AddressRules } from "../../../shared/vet/vet.ts";
import type { Admission } from "../admit/admit.ts";
import type { ResolveHost } from "../dns/dns.ts";
import type { Holding, ProbeFacts, Probers } from "../probers/probers.ts";
import type { Connect } from "../socket/socket.ts";
import type { Clock } from "../timing/timing.ts";
import type { KnownAddresses } from "./known-addresses.ts";

/** One check to make. */
export interface CheckInput {
  readonly task: Task;
  /** The task's place in its bundle. */
  readonly taskIndex: number;
  /** The instant that the check is scheduled for. */
  readonly slotAtMs: EpochMs;
  /** It is no slot's check: it is neither made again nor held. */
  readonly isRecheck?: true;
  /** When it is due, if that is later than its slot: it is an attempt after another one. */
  readonly dueAtMs?: EpochMs;
  /** It is no slot's check: a connection that is held tells of itself, at its own instant. */
  readonly isHeld?: true;
}

/** The way to the targets, opened anew for each invocation. */
export interface Network {
  readonly resolve: ResolveHost;
  readonly connect: Connect;
  /** Gives up every name server query that is under way. */
  close(): void;
}

/** What a check works with. */
export interface CheckServices {
  readonly clock: Clock;
  readonly network: Network;
  readonly rules: AddressRules;
  readonly hasIpv6Route: boolean;
  readonly admission: Admission;
  readonly limiter: Limiter;
  readonly probers: Probers;
  readonly observer: CheckObserver;
  readonly holder: Holder;
  /** Absent where nothing is remembered, as for a single check. */
  readonly knownAddresses?: KnownAddresses;
  /** Aborted, it ends every check that is under way. */
  readonly signal: AbortSignal;
}

/** Knows how often each destination may be connected to. */
export interface Limiter {
  /** How long a check has to wait for its turn, on the monotonic clock; null if it can't wait for so long. */
  take(
    destination: { readonly task: Task; readonly address: string },
    nowMs: DurationMs,
    longestMs: DurationMs,
  ): DurationMs | null;
}

/** Is told what happens on the way of a check; no method may throw. */
export interface CheckObserver {
  /** Admission answered a check after this time. */
  noteGrant(waitedMs: DurationMs): void;
  /** A suspect figure was measured again. */
  noteRemeasured(): void;
  /** A prober threw this, so the outcome of its check is `internal`. */
  noteProberFault(fault: unknown): void;
}

/** A connection that is open after its check has its result, which says that it was established. */
export interface HeldCheck {
  readonly input: CheckInput;
  readonly holding: Holding;
  /** The result of what was found out since, filed under an instant. */
  resultOf(facts: ProbeFacts, slotAtMs: EpochMs): ProbeResult;
  /** Closes the connection. */
  close(): void;
}

/** Takes the connections that are held beyond their checks. */
export interface Holder {
  /** A task that is to be held longer is unsupported here. */
  readonly longestMs: DurationMs;
  /** Says who takes what held connections tell from now on, before any check begins. */
  attach(listener: HoldListener): void;
  /** It closes the check's connection in the end. It must not throw. */
  hold(held: HeldCheck): void;
}

/** Is told of held connections; it goes on from `begun` until as many calls of `over`. No method may throw. */
export interface HoldListener {
  begun(): void;
  /** A held connection tells of itself. */
  took(input: CheckInput, result: ProbeResult): void;
  over(): void;
}

/** Is told once how a check ended; neither method may throw. */
export interface CheckListener {
  /**
   * Null if the grant came too late or the signal ended the check: the slot is missed. The facts are
   * those of the prober, if there was an open connection.
   */
  checked(input: CheckInput, result: ProbeResult | null, facts?: ProbeFacts): void;
  /** An internal error ended the check. */
  broke(fault: unknown): void;
}

/** A check, what it works with, and whoever is told of it. */
export interface ToldCheck {
  readonly input: CheckInput;
  readonly services: CheckServices;
  readonly listener: CheckListener;
}

/** Starts a check, or a layer of one. */
export type StartCheck = (
  input: CheckInput,
  services: CheckServices,
  listener: CheckListener,
) => void;
