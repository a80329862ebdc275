import { judgeResult, type ProbeResult } from "../../../shared/result/result.ts";
import { checkKindOf } from "../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import { vetAddress } from "../../../shared/vet/vet.ts";
import type { ProbeFacts, Prober } from "../probers/probers.ts";
import {
  type BegunCheck,
  endUnconnected,
  type Found,
  refusalOf,
  resolveTarget,
} from "./begin-check.ts";
import { CheckRun } from "./check-run.ts";
import { racingOrder } from "./order-addresses.ts";
import type { CheckInput, CheckListener, CheckServices } from "./services.ts";
import { SharedTimeout } from "./share-timeout.ts";

/** The next address is tried after this if the one before has not answered (RFC 8305 5 and 8). */
const ATTEMPT_DELAY_MS: DurationMs = 250;

/** A connection that came too late is closed at once; its facts are not used. */
const TOO_LATE: ProbeFacts = { outcome: "open" };

/** Starts a check of whichever address of the target connects first. */
export function startAny(
  input: CheckInput,
  services: CheckServices,
  listener: CheckListener,
): void {
  const check = { input, services, listener, startedAtMs: services.clock.now() };
  resolveTarget(check, race, { scope: "racing" });
}

function race(check: BegunCheck, { addresses, otherFamily = [], dnsTimeMs }: Found): void {
  const { rules, hasIpv6Route } = check.services;
  const allowed = [...addresses, ...otherFamily].filter(
    (address) => vetAddress(address, rules) === "allowed",
  );
  if (allowed.length === 0)
    return void endUnconnected(check, { outcome: refusalOf(check) }, dnsTimeMs);
  new AddressRace(check, racingOrder(allowed, hasIpv6Route), dnsTimeMs).next();
}

/** One address that is tried. */
interface Racer {
  readonly address: string;
  /** Aborted when it is given up. */
  readonly over: AbortController;
  result: ProbeResult | null;
  hasEnded: boolean;
}

class AddressRace {
  readonly #check: BegunCheck;
  readonly #dnsTimeMs: DurationMs | null;
  readonly #waiting: string[];
  readonly #racers: Racer[] = [];
  readonly #timeout: SharedTimeout;
  #winner: Racer | null = null;
  #startedAtMs: EpochMs;
  /** Aborted when the check has been told of. */
  readonly #told = new AbortController();

  constructor(check: BegunCheck, addresses: readonly string[], dnsTimeMs: DurationMs | null) {
    this.#check = check;
    this.#waiting = [...addresses];
    this.#dnsTimeMs = dnsTimeMs;
    this.#startedAtMs = check.startedAtMs;
    this.#timeout = new SharedTimeout(check.services.clock);
  }

  /** Tries the next address, if there is one and time for it. */
  next(): void {
    const { input, services, startedAtMs } = this.#check;
    if (services.signal.aborted || this.#timeout.isOver) return;
    const address = this.#waiting.shift();
    if (address === undefined) return;
    const racer: Racer = { address, over: new AbortController(), result: null, hasEnded: false };
    const isFirst = this.#racers.push(racer) === 1;
    const own = isFirst ? input : { ...input, dueAtMs: services.clock.now() };
    const progress = { input: own, startedAtMs, dnsTimeMs: this.#dnsTimeMs, address };
    const listener: CheckListener = {
      checked: (_, result, facts) => this.#ended(racer, result, facts),
      broke: (fault) => this.#broke(fault),
    };
    new CheckRun({ progress, others: [] }, this.#servicesOf(racer), listener).acquire();
  }

  #servicesOf(racer: Racer): CheckServices {
    const { services } = this.#check;
    const gate = this.#gateOf(racer);
    return {
      ...services,
      network: this.#timeout.bound(services.network, () => void this.#dialled(racer)),
      signal: AbortSignal.any([services.signal, racer.over.signal]),
      probers: { tcp: gate, phases: gate },
    };
  }

  /** The first that connects has won, and only its connection is used. */
  #gateOf(racer: Racer): Prober {
    const { probers } = this.#check.services;
    return (connection, check) => {
      if (this.#winner === null) this.#win(racer);
      if (this.#winner !== racer) return TOO_LATE;
      return probers[checkKindOf(check.task)](connection, check);
    };
  }

  #win(racer: Racer): void {
    this.#winner = racer;
    for (const other of this.#racers) if (other !== racer) other.over.abort();
  }

  async #dialled(racer: Racer): Promise<void> {
    const { clock } = this.#check.services;
    const isFirst = this.#racers.length === 1 && this.#winner === null;
    // A check that waited for a name server began with that; any other begins with its first connect.
    if (isFirst && this.#dnsTimeMs === null) this.#startedAtMs = clock.now();
    if (this.#waiting.length === 0) return;
    await clock.sleep(ATTEMPT_DELAY_MS, this.#told.signal);
    if (this.#isLast(racer)) this.next();
  }

  /** Whether it is the one after which the next is tried. */
  #isLast(racer: Racer): boolean {
    return this.#winner === null && !this.#told.signal.aborted && racer === this.#racers.at(-1);
  }

  #ended(racer: Racer, result: ProbeResult | null, facts?: ProbeFacts): void {
    racer.hasEnded = true;
    racer.result = result;
    if (racer === this.#winner) return void this.#tell(result, facts);
    if (this.#winner !== null) return;
    if (this.#isLast(racer)) this.next();
    if (this.#racers.every(({ hasEnded }) => hasEnded)) this.#tell(this.#firstFailure());
  }

  #broke(fault: unknown): void {
    if (this.#told.signal.aborted) return;
    this.#told.abort();
    this.#check.listener.broke(fault);
  }

  /** What counts against the target counts, and then what the first address answered. */
  #firstFailure(): ProbeResult | null {
    const results = this.#racers.flatMap(({ result }) => result ?? []);
    return results.find((result) => judgeResult(result) === "failed") ?? results[0] ?? null;
  }

  #tell(result: ProbeResult | null, facts?: ProbeFacts): void {
    const { input, listener } = this.#check;
    // Addresses that end before their start returns have ended inside each other.
    if (this.#told.signal.aborted) return;
    this.#told.abort();
    if (result === null) return void listener.checked(input, null);
    const detail = this.#detailOf(result);
    listener.checked(input, { ...result, detail, startedAtMs: this.#startedAtMs }, facts);
  }

  /** Shows what else was tried, if anything was and has ended. */
  #detailOf({ detail }: ProbeResult): ProbeResult["detail"] {
    const parts = this.#racers.flatMap(({ address, result }) => {
      if (result === null) return [];
      return { address, outcome: result.outcome, connectTimeMs: result.connectTimeMs };
    });
    return parts.length < 2 ? detail : { ...detail, parts };
  }
}
