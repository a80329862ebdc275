import type { Outcome, ProbeResult } from "../../../shared/result/result.ts";
import { vetAddress } from "../../../shared/vet/vet.ts";
import { type BegunCheck, type Found, refusalOf, resolveTarget } from "./begin-check.ts";
import { failureOf } from "./check-result.ts";
import { CheckRun } from "./check-run.ts";
import { type CheckedPart, joinParts } from "./join-parts.ts";
import { stableOrder } from "./order-addresses.ts";
import { startReconnecting } from "./reconnect.ts";
import type { CheckInput, CheckListener, CheckServices, StartCheck } from "./services.ts";

/** Starts a check of each address of the target, as parts of one result. */
export function startEach(
  input: CheckInput,
  services: CheckServices,
  listener: CheckListener,
): void {
  const check = { input, services, listener, startedAtMs: services.clock.now() };
  resolveTarget(check, (begun, found) => new EachCheck(begun, found).start(), { scope: "every" });
}

class EachCheck {
  readonly #check: BegunCheck;
  readonly #found: Found;
  readonly #addresses: readonly string[];
  readonly #parts: (CheckedPart | null)[];
  #pendingCount: number;
  #isBroken = false;

  constructor(check: BegunCheck, found: Found) {
    this.#check = check;
    this.#found = found;
    this.#addresses = stableOrder([...found.addresses, ...(found.otherFamily ?? [])]);
    this.#parts = this.#addresses.map(() => null);
    this.#pendingCount = this.#addresses.length;
  }

  start(): void {
    for (const at of this.#addresses.keys()) this.#startPart(at);
  }

  #startPart(at: number): void {
    const { input, services } = this.#check;
    const address = this.#addresses[at] ?? "";
    if (vetAddress(address, services.rules) !== "allowed")
      return void this.#ended(at, this.#refused(refusalOf(this.#check)));
    const start = startReconnecting(this.#startAt(address));
    start(partOf(input), services, {
      checked: (_, result) => this.#ended(at, result),
      broke: (fault) => this.#broke(fault),
    });
  }

  /** A part stays at its address, also if its server sends it elsewhere. */
  #startAt(address: string): StartCheck {
    const { startedAtMs } = this.#check;
    const { dnsTimeMs } = this.#found;
    return (input, services, listener) => {
      const progress = { input, startedAtMs, dnsTimeMs, address };
      new CheckRun({ progress, others: [] }, services, listener).acquire();
    };
  }

  #refused(outcome: Outcome): ProbeResult {
    const { input, startedAtMs } = this.#check;
    const progress = { input, startedAtMs, dnsTimeMs: this.#found.dnsTimeMs, address: null };
    return failureOf(progress, { outcome, errorCode: null, icmpError: false });
  }

  #ended(at: number, result: ProbeResult | null): void {
    this.#parts[at] = result === null ? null : { address: this.#addresses[at] ?? "", result };
    this.#pendingCount--;
    if (this.#pendingCount > 0 || this.#isBroken) return;
    this.#tell();
  }

  #broke(fault: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#check.listener.broke(fault);
  }

  #tell(): void {
    const { input, listener } = this.#check;
    const { addressing } = input.task;
    const parts = this.#parts.filter((part) => part !== null);
    // One address that was not checked in time leaves the slot without an answer.
    if (parts.length < this.#parts.length || addressing?.mode !== "each")
      return void listener.checked(input, null);
    const { unresolved } = this.#found;
    const { required } = addressing;
    listener.checked(input, joinParts(parts, { required, unresolved }));
  }
}

/** A slot's connection is held once, and here are several. */
function partOf(input: CheckInput): CheckInput {
  return input.task.hold === undefined ? input : { ...input, isRecheck: true };
}
