import { isIPv6 } from "node:net";
import type { Outcome, ProbeResult } from "../../../shared/result/result.ts";
import { lackingNeeds } from "../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { Resolution } from "../dns/dns.ts";
import type { RunTally, ScheduledCheck } from "../lease/lease.ts";
import type { Turn, Waiter } from "../pace/pace.ts";
import type { Network, ProbeServices } from "../probe.ts";
import {
  type Connection,
  type ConnectListener,
  classifyConnectError,
  type Handshake,
} from "../socket/socket.ts";
import { type AddressRules, vetAddress } from "../vet/vet.ts";

/** What a check needs beside its task. */
export interface CheckTools
  extends Pick<ProbeServices, "clock" | "pacer" | "rules" | "hasIpv6Route"> {
  readonly network: Network;
  readonly tally: RunTally;
  /** Puts an end to what is under way. */
  readonly signal: AbortSignal;
}

/** Told once how a check ended. Neither may throw. */
export interface CheckListener {
  /** Null where the turn came too late or the signal put an end to it: missed, which blames nobody. */
  checked(due: ScheduledCheck, result: ProbeResult | null): void;
  /** A fault of our own ended it. */
  broke(fault: unknown): void;
}

/**
 * Resolve, vet, wait for a turn, connect, measure, close. Between its steps a check is one small
 * object that others call back, and no chain of promises: there are a thousand at once.
 */
export function startCheck(due: ScheduledCheck, tools: CheckTools, listener: CheckListener): void {
  const check = { due, tools, listener, startedAtMs: tools.clock.now() };
  if (lackingNeeds(due.task).length > 0) return void endUnsupported(check);
  const { target, addressFamily } = due.task;
  try {
    const found = tools.network.resolve(target.hostname, addressFamily);
    if (found instanceof Promise) void awaitAddress(check, found);
    else goTo(check, found);
  } catch (fault) {
    listener.broke(fault);
  }
}

/** The same for one who has a single check to make; a fault rejects. */
export function checkTarget(due: ScheduledCheck, tools: CheckTools): Promise<ProbeResult | null> {
  return new Promise((resolve, reject) => {
    startCheck(due, tools, { checked: (_, result) => resolve(result), broke: reject });
  });
}

/** A check that has begun. */
interface Check {
  readonly due: ScheduledCheck;
  readonly tools: CheckTools;
  readonly listener: CheckListener;
  readonly startedAtMs: EpochMs;
}

/** What a later version can check is not checked here as if it were less than that. */
function endUnsupported({ due, listener, startedAtMs }: Check): void {
  const nowhere = { due, startedAtMs, dnsTimeMs: null, address: null };
  listener.checked(due, resultOf(nowhere, "unsupported"));
}

async function awaitAddress(check: Check, resolution: Promise<Resolution>): Promise<void> {
  try {
    goTo(check, await resolution);
  } catch (fault) {
    check.listener.broke(fault);
  }
}

function goTo({ due, tools, listener, startedAtMs }: Check, resolution: Resolution): void {
  if (tools.signal.aborted) return void listener.checked(due, null);
  const { dnsTimeMs } = resolution;
  const nowhere = { due, startedAtMs, dnsTimeMs, address: null };
  if (resolution.kind === "failed")
    return void listener.checked(due, resultOf(nowhere, resolution.outcome));
  const address = firstAllowed(resolution.addresses, tools.rules);
  if (address === null) return void listener.checked(due, resultOf(nowhere, "blocked"));
  new Measurement({ due, startedAtMs, dnsTimeMs, address }, tools, listener).askForTurn();
}

function firstAllowed(addresses: readonly string[], rules: AddressRules): string | null {
  return addresses.find((address) => vetAddress(address, rules) === "allowed") ?? null;
}

/** How far a check has come. */
interface Start {
  readonly due: ScheduledCheck;
  startedAtMs: EpochMs;
  readonly dnsTimeMs: DurationMs | null;
  readonly address: string | null;
}

/** A figure in doubt is measured again, so often and within the slot's slack. */
const MOST_REMEASUREMENTS = 2;

/** The part of a check that knows where to connect to. */
class Measurement implements Waiter, ConnectListener {
  readonly #start: Start & { readonly address: string };
  readonly #tools: CheckTools;
  readonly #listener: CheckListener;
  #askedAtMs: DurationMs = 0;
  /** What it has so far, when that is measured again, and how often it was. */
  #doubtful: ProbeResult | null = null;
  #moreCount = 0;

  constructor(
    start: Start & { readonly address: string },
    tools: CheckTools,
    listener: CheckListener,
  ) {
    this.#start = start;
    this.#tools = tools;
    this.#listener = listener;
  }

  get dueAtMs(): EpochMs {
    return this.#start.due.slotAtMs;
  }

  get signal(): AbortSignal {
    return this.#tools.signal;
  }

  askForTurn(): void {
    this.#askedAtMs = this.#tools.clock.monotonic();
    this.#tools.pacer.giveTurn(this);
  }

  take(turn: Turn): void {
    const { clock, network, pacer, signal, tally } = this.#tools;
    tally.noteTurn(clock.monotonic() - this.#askedAtMs, pacer.openCount);
    if (turn !== "go") return void this.#weigh(null);
    // A check that had to ask for the address began with that; any other begins now.
    const { due, dnsTimeMs, address } = this.#start;
    if (dnsTimeMs === null && this.#doubtful === null) this.#start.startedAtMs = clock.now();
    const { target, timeoutMs } = due.task;
    network.connect({ address, port: target.port, timeoutMs }, signal, this);
  }

  connectEnded(connection: Connection | null): void {
    this.#tools.pacer.release();
    this.#weigh(connection === null ? null : this.#judge(connection));
  }

  #judge(connection: Connection): ProbeResult {
    const start = this.#start;
    if (connection.kind === "open") return resultOf(start, "open", connection.handshake);
    const place = { isIpv6: isIPv6(start.address), hasIpv6Route: this.#tools.hasIpv6Route };
    return resultOf(start, classifyConnectError(connection.code, place));
  }

  /** Whether that is the result, or nothing came, or it has to be measured again. */
  #weigh(result: ProbeResult | null): void {
    const doubtful = this.#doubtful;
    if (doubtful !== null && result !== null) this.#tools.tally.noteRemeasured();
    // It is the figure that is in doubt, not that the port is open.
    if (doubtful !== null && result?.outcome !== "open") this.#end(doubtful);
    else if (result !== null && this.#isWorthAnother(result)) this.#measureAgain(result);
    else this.#end(result);
  }

  #isWorthAnother({ suspect, synRetransmits }: ProbeResult): boolean {
    // A lost SYN would not be lost again, and is what there is to tell.
    return suspect && synRetransmits === 0 && this.#moreCount < MOST_REMEASUREMENTS;
  }

  #measureAgain(doubtful: ProbeResult): void {
    this.#doubtful = doubtful;
    this.#moreCount++;
    this.askForTurn();
  }

  #end(result: ProbeResult | null): void {
    this.#listener.checked(this.#start.due, result);
  }
}

const NO_HANDSHAKE = {
  connectTimeMs: null,
  elapsedMs: null,
  timing: "user",
  synRetransmits: 0,
  suspect: false,
} as const;

function resultOf(
  { due, startedAtMs, dnsTimeMs, address }: Start,
  outcome: Outcome,
  handshake: Handshake | typeof NO_HANDSHAKE = NO_HANDSHAKE,
): ProbeResult {
  return {
    taskIndex: due.taskIndex,
    slotAtMs: due.slotAtMs,
    startedAtMs,
    outcome,
    expect: due.task.expect,
    connectTimeMs: handshake.connectTimeMs,
    elapsedMs: handshake.elapsedMs,
    dnsTimeMs,
    address,
    timing: handshake.timing,
    synRetransmits: handshake.synRetransmits,
    suspect: handshake.suspect,
  };
}
