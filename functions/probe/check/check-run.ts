import { isIPv6 } from "node:net";
import { TLS_STARTS } from "../../../shared/plan/plan.ts";
import type { Outcome, ProbeResult } from "../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { checkKindOf, type Task, usesConnection } from "../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { Grant, Waiter } from "../admit/admit.ts";
import { classifyConnectError, type Failure } from "../classify/classify.ts";
import type { Holding, ProbedCheck, ProbeFacts } from "../probers/probers.ts";
import type { Connection, ConnectListener, Handshake, OpenConnection } from "../socket/socket.ts";
import type { Clock } from "../timing/timing.ts";
import { type Addressed, type Addresses, failureOf, knownFacts, resultOf } from "./check-result.ts";
import { Leash } from "./leash.ts";
import type { CheckListener, CheckServices } from "./services.ts";

/** A suspect figure is measured again at most this often, and within the slot's slack. */
const MOST_REMEASUREMENTS = 2;

/** A machine that answers so on one address may answer on its other one. A timeout leaves no time for that. */
const GETS_NOWHERE: ReadonlySet<Outcome> = new Set<Outcome>(["refused", "unreachable"]);

/** The facts of a prober that threw. */
const INTERNAL: ProbeFacts = { outcome: "internal" };

/** The facts of a connection that can't be held because as many are as may be. */
const TOO_MANY: ProbeFacts = { outcome: "internal", errorCode: "TOO_MANY_HELD" };

/**
 * A check from the moment that it has an address: admit → connect → probe → close. Its steps call it
 * back, without a chain of promises: there are a thousand at once (docs/decisions/0012).
 */
export class CheckRun implements Waiter, ConnectListener, ProbedCheck {
  readonly #progress: Addressed;
  readonly #services: CheckServices;
  readonly #listener: CheckListener;
  readonly #others: string[];
  #askedAtMs: DurationMs = 0;
  /** All connects to addresses of the target share its timeout. */
  #leftMs: DurationMs;
  #dialledAtMs: DurationMs = 0;
  /** What the first address answered, if another one is tried. */
  #firstFailure: ProbeResult | null = null;
  /** What it has so far, while that is measured again, and how often it was. */
  #suspectResult: ProbeResult | null = null;
  #remeasureCount = 0;
  /** The connect that is under way has not ended yet, and its connection has not been closed. */
  #isConnecting = false;
  /** The connection is held: whoever holds it closes it, and its check is over. */
  #isHeld = false;
  /** Only for a connection that is to be held. */
  #leash: Leash | null = null;
  /** What came of the open connection, and how it was closed, whichever is known first. */
  #found: { readonly facts: ProbeFacts; readonly handshake: Handshake } | null = null;
  #closed: { readonly byPeer: boolean } | null = null;

  constructor({ progress, others }: Addresses, services: CheckServices, listener: CheckListener) {
    this.#progress = progress;
    this.#others = [...others];
    this.#leftMs = progress.input.task.timeoutMs;
    this.#services = services;
    this.#listener = listener;
  }

  get task(): Task {
    return this.#progress.input.task;
  }

  get clock(): Clock {
    return this.#services.clock;
  }

  get address(): string {
    return this.#progress.address;
  }

  get isRecheck(): boolean {
    return this.#progress.input.isRecheck ?? false;
  }

  // A check begins with its look-up, which has a deadline of its own.
  get dueAtMs(): EpochMs {
    const { input, dnsTimeMs } = this.#progress;
    return (input.dueAtMs ?? input.slotAtMs) + (dnsTimeMs ?? 0);
  }

  get weight(): number {
    return this.task.tls === undefined ? 1 : TLS_STARTS;
  }

  get signal(): AbortSignal {
    return this.#services.signal;
  }

  /** Asks for the token of its destination, and then for its turn. */
  acquire(): void {
    const slackMs = this.dueAtMs + SLOT_SLACK_MS - this.clock.now();
    const waitMs = this.#services.limiter.take(this, this.clock.monotonic(), slackMs);
    if (waitMs === 0) this.#queue();
    else if (waitMs === null) this.#settle(this.#firstFailure ?? this.#rateLimited());
    else void this.clock.sleep(waitMs, this.signal).then(() => this.#queue());
  }

  #queue(): void {
    this.#askedAtMs = this.clock.monotonic();
    this.#services.admission.acquire(this);
  }

  /** It says nothing of its target. */
  #rateLimited(): ProbeResult {
    return failureOf(this.#progress, {
      outcome: "rate_limited",
      errorCode: null,
      icmpError: false,
    });
  }

  granted(grant: Grant): void {
    const { clock, network, observer, signal } = this.#services;
    observer.noteGrant(clock.monotonic() - this.#askedAtMs);
    if (grant !== "go") return void this.#settle(null);
    const { dnsTimeMs, address } = this.#progress;
    // A check that waited for a name server began with that; any other begins now.
    if (dnsTimeMs === null && this.#suspectResult === null && this.#firstFailure === null)
      this.#progress.startedAtMs = clock.now();
    const { port } = this.task.target;
    this.#isConnecting = true;
    this.#dialledAtMs = clock.monotonic();
    const bound = this.#isToHold() ? this.#onLeash(signal) : signal;
    network.connect({ address, port, timeoutMs: this.#leftMs }, bound, this);
  }

  #isToHold(): boolean {
    return this.task.hold !== undefined && !this.isRecheck;
  }

  #onLeash(signal: AbortSignal): AbortSignal {
    this.#leash?.release();
    this.#leash = new Leash(signal);
    return this.#leash.signal;
  }

  connected(connection: OpenConnection & Connection): void {
    const facts = this.#probe(connection);
    if (facts instanceof Promise) void this.#awaitFacts(connection, facts);
    else this.#close(connection, facts);
  }

  #probe(connection: OpenConnection): ProbeFacts | Promise<ProbeFacts> {
    try {
      const facts = this.#services.probers[checkKindOf(this.task)](connection, this);
      return facts instanceof Promise ? facts : knownFacts(facts);
    } catch (fault) {
      return this.#internalError(fault);
    }
  }

  async #awaitFacts(
    connection: OpenConnection & Connection,
    facts: Promise<ProbeFacts>,
  ): Promise<void> {
    const known = facts.then(knownFacts);
    this.#close(connection, await known.catch((fault) => this.#internalError(fault)));
  }

  // What a prober throws because its connection was closed is no error.
  #internalError(fault: unknown): ProbeFacts {
    if (this.#isConnecting) this.#services.observer.noteProberFault(fault);
    return INTERNAL;
  }

  #close(connection: OpenConnection & Connection, facts: ProbeFacts): void {
    // Its timeout, the signal or its stream's error ended it before: `connectEnded` has told of that.
    if (!this.#isConnecting) return;
    this.#isConnecting = false;
    const { holding } = facts;
    const isHeld = holding !== undefined && this.#services.admission.hold();
    if (isHeld) return void this.#hold(connection, facts, holding);
    holding?.stop();
    this.#found = { facts: holding ? TOO_MANY : facts, handshake: connection.handshake };
    connection.close();
    this.#conclude();
  }

  /** The check has its result; its connection goes on. */
  #hold(connection: OpenConnection & Connection, facts: ProbeFacts, holding: Holding): void {
    this.#isHeld = true;
    this.#leash?.release();
    // What comes later has neither looked up nor connected.
    const later = { ...this.#progress, dnsTimeMs: null };
    this.#services.holder.hold({
      input: this.#progress.input,
      holding,
      resultOf: (found, slotAtMs) => ({
        ...resultOf(later, { facts: found }),
        slotAtMs,
        startedAtMs: slotAtMs,
      }),
      close: () => connection.close(),
    });
    this.#end(resultOf(this.#progress, { facts, handshake: connection.handshake }), facts);
  }

  closed(byPeer: boolean): void {
    this.#services.admission.release(this.#isHeld);
    if (this.#isHeld) return;
    this.#closed = { byPeer };
    this.#conclude();
  }

  #conclude(): void {
    if (this.#found === null || this.#closed === null) return;
    const { facts, handshake } = this.#found;
    const finding = { facts, handshake, closedByPeer: this.#closed.byPeer };
    this.#found = null;
    this.#closed = null;
    this.#settle(resultOf(this.#progress, finding), facts);
  }

  connectEnded(code: string | null, isLocal: boolean): void {
    this.#isConnecting = false;
    this.#services.admission.release(this.#isHeld);
    if (this.#isHeld) return;
    if (code === null) return void this.#settle(null);
    const failure = failureOf(this.#progress, this.#classify(code, isLocal));
    if (!this.#triesAnother(failure)) this.#settle(this.#firstFailure ?? failure);
  }

  /** Whether it goes on with another address of the target, within the timeout of the first. */
  #triesAnother(failure: ProbeResult): boolean {
    const leftMs = this.#leftMs - (this.clock.monotonic() - this.#dialledAtMs);
    if (!GETS_NOWHERE.has(failure.outcome) || this.#suspectResult !== null || leftMs < 1)
      return false;
    const address = this.#others.shift();
    if (address === undefined) return false;
    this.#firstFailure ??= failure;
    this.#progress.address = address;
    this.#leftMs = leftMs;
    this.acquire();
    return true;
  }

  #classify(code: string, isLocal: boolean): Failure {
    const isIpv6 = isIPv6(this.#progress.address);
    const { hasIpv6Route } = this.#services;
    return classifyConnectError(code, { isIpv6, hasIpv6Route, isLocal });
  }

  /** Decides whether that is the result, or what it has so far is, or it has to measure again. */
  #settle(result: ProbeResult | null, facts?: ProbeFacts): void {
    const suspectResult = this.#suspectResult;
    if (suspectResult !== null && result !== null) this.#services.observer.noteRemeasured();
    // The figure is suspect, not that the port is open.
    if (suspectResult !== null && result?.outcome !== "open") this.#end(suspectResult);
    else if (result !== null && this.#isWorthRemeasuring(result)) this.#remeasure(result);
    else this.#end(result, facts);
  }

  #isWorthRemeasuring({ suspect, synRetransmits }: ProbeResult): boolean {
    // What was said to a server is not said twice.
    if (usesConnection(this.task)) return false;
    // A lost SYN would not be lost again, and it is what there is to tell.
    return suspect && synRetransmits === 0 && this.#remeasureCount < MOST_REMEASUREMENTS;
  }

  #remeasure(suspectResult: ProbeResult): void {
    this.#suspectResult = suspectResult;
    this.#remeasureCount++;
    this.acquire();
  }

  #end(result: ProbeResult | null, facts?: ProbeFacts): void {
    this.#listener.checked(this.#progress.input, result, facts);
  }
}
