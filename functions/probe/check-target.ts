import { isIPv6 } from "node:net";
import type { Outcome, ProbeResult } from "../../shared/probe-result.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { classifyConnectError } from "./classify-error.ts";
import type { Connection, ConnectListener, Handshake } from "./connect-target.ts";
import type { Due } from "./list-due.ts";
import type { Network, Outside } from "./outside.ts";
import type { Turn, Waiter } from "./pace-starts.ts";
import type { Resolution } from "./resolve-host.ts";
import type { RunTally } from "./tally-run.ts";
import { type AddressRules, vetAddress } from "./vet-address.ts";

/** What a check needs beside its task. */
export interface CheckTools extends Pick<Outside, "clock" | "pacer" | "rules" | "hasIpv6Route"> {
  readonly network: Network;
  readonly tally: RunTally;
  /** Drops whatever is under way. */
  readonly signal: AbortSignal;
}

/** Told once how a check ended. Neither may throw. */
export interface CheckListener {
  /** Null where the turn came too late or the signal put an end to it: missed, which blames nobody. */
  checked(due: Due, result: ProbeResult | null): void;
  /** A fault of our own ended it. */
  broke(fault: unknown): void;
}

/** A figure in doubt is measured again, so often and within the slot's slack. */
const MOST_REMEASUREMENTS = 2;

/**
 * Resolve, vet, wait for a turn, connect, measure, close. Between its steps a check is one small
 * object that others call back, and no chain of promises: there are a thousand at once.
 */
export function startCheck(due: Due, tools: CheckTools, listener: CheckListener): void {
  new Check(due, tools, listener).start();
}

/** The same for one who has a single check to make; a fault rejects. */
export function checkTarget(due: Due, tools: CheckTools): Promise<ProbeResult | null> {
  return new Promise((resolve, reject) => {
    startCheck(due, tools, { checked: (_, result) => resolve(result), broke: reject });
  });
}

class Check implements Waiter, ConnectListener {
  readonly #due: Due;
  readonly #tools: CheckTools;
  readonly #listener: CheckListener;
  #startedAtMs: EpochMs;
  #dnsTimeMs: DurationMs | null = null;
  #address: string | null = null;
  #askedAtMs: DurationMs = 0;
  /** What it has so far, when that is to be measured again, and how often it was. */
  #doubtful: ProbeResult | null = null;
  #moreCount = 0;

  constructor(due: Due, tools: CheckTools, listener: CheckListener) {
    this.#due = due;
    this.#tools = tools;
    this.#listener = listener;
    this.#startedAtMs = tools.clock.now();
  }

  get dueAtMs(): EpochMs {
    return this.#due.slotAtMs;
  }

  get signal(): AbortSignal {
    return this.#tools.signal;
  }

  start(): void {
    const { target, addressFamily } = this.#due.task;
    try {
      const found = this.#tools.network.resolve(target.hostname, addressFamily);
      if (found instanceof Promise) void this.#await(found);
      else this.#resolved(found);
    } catch (fault) {
      this.#listener.broke(fault);
    }
  }

  take(turn: Turn): void {
    const { clock, pacer, tally } = this.#tools;
    tally.noteTurn(clock.monotonic() - this.#askedAtMs, pacer.openCount);
    if (turn === "go" && this.#address !== null) this.#connect(this.#address);
    else this.#came(null);
  }

  connected(connection: Connection | null): void {
    this.#tools.pacer.release();
    this.#came(connection === null ? null : this.#judge(connection));
  }

  async #await(resolution: Promise<Resolution>): Promise<void> {
    try {
      this.#resolved(await resolution);
    } catch (fault) {
      this.#listener.broke(fault);
    }
  }

  #connect(address: string): void {
    const { clock, network, pacer, signal } = this.#tools;
    // A check that had to ask for the address began with that; any other begins now.
    if (this.#dnsTimeMs === null && this.#doubtful === null) this.#startedAtMs = clock.now();
    const { target, timeoutMs } = this.#due.task;
    const request = { address, port: target.port, timeoutMs };
    try {
      network.connect(request, signal, this);
    } catch (fault) {
      pacer.release();
      this.#listener.broke(fault);
    }
  }

  #resolved(resolution: Resolution): void {
    this.#dnsTimeMs = resolution.dnsTimeMs;
    if (this.signal.aborted) this.#end(null);
    else if (resolution.kind === "failed") this.#end(this.#result(resolution.outcome));
    else this.#goTo(firstAllowed(resolution.addresses, this.#tools.rules));
  }

  #goTo(address: string | null): void {
    this.#address = address;
    if (address === null) this.#end(this.#result("blocked"));
    else this.#askForTurn();
  }

  #askForTurn(): void {
    this.#askedAtMs = this.#tools.clock.monotonic();
    this.#tools.pacer.giveTurn(this);
  }

  /** A connect gave a result, or there was none; it may be another look at what is in doubt. */
  #came(result: ProbeResult | null): void {
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
    this.#askForTurn();
  }

  #judge(connection: Connection): ProbeResult {
    if (connection.kind === "open") return this.#result("open", connection.handshake);
    const isIpv6 = this.#address !== null && isIPv6(this.#address);
    const place = { isIpv6, hasIpv6Route: this.#tools.hasIpv6Route };
    return this.#result(classifyConnectError(connection.code, place));
  }

  #result(
    outcome: Outcome,
    handshake: Handshake | typeof NO_HANDSHAKE = NO_HANDSHAKE,
  ): ProbeResult {
    const { taskIndex, slotAtMs, task } = this.#due;
    return {
      taskIndex,
      slotAtMs,
      startedAtMs: this.#startedAtMs,
      outcome,
      expect: task.expect,
      connectTimeMs: handshake.connectTimeMs,
      elapsedMs: handshake.elapsedMs,
      dnsTimeMs: this.#dnsTimeMs,
      address: this.#address,
      timing: handshake.timing,
      synRetransmits: handshake.synRetransmits,
      suspect: handshake.suspect,
    };
  }

  #end(result: ProbeResult | null): void {
    this.#listener.checked(this.#due, result);
  }
}

function firstAllowed(addresses: readonly string[], rules: AddressRules): string | null {
  return addresses.find((address) => vetAddress(address, rules) === "allowed") ?? null;
}

const NO_HANDSHAKE = {
  connectTimeMs: null,
  elapsedMs: null,
  timing: "user",
  synRetransmits: 0,
  suspect: false,
} as const;
