import type { Outcome, ProbeResult } from "../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { lackingNeeds } from "../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import { type AddressRules, vetAddress, vetHost } from "../../../shared/vet/vet.ts";
import type { Resolution } from "../dns/dns.ts";
import { failureOf } from "./check-result.ts";
import { CheckRun } from "./check-run.ts";
import type { CheckInput, CheckListener, CheckServices } from "./services.ts";

/** Starts a check: resolve → vet → admit → connect → probe → close. */
export function startCheck(
  input: CheckInput,
  services: CheckServices,
  listener: CheckListener,
): void {
  const check = { input, services, listener, startedAtMs: services.clock.now() };
  const { target, addressFamily, hold } = input.task;
  // A check that only a later version, or another place, can make is not replaced by a lesser one.
  const isTooLong = hold !== undefined && hold.holdMs > services.holder.longestMs;
  if (isTooLong || lackingNeeds(input.task).length > 0)
    return void endUnconnected(check, { outcome: "unsupported" });
  try {
    const resolution = services.network.resolve(target.hostname, addressFamily);
    if (resolution instanceof Promise) void awaitResolution(check, resolution);
    else vet(check, resolution);
  } catch (fault) {
    listener.broke(fault);
  }
}

/** Makes a single check; rejects if an internal error ends it. */
export function checkTarget(
  input: CheckInput,
  services: CheckServices,
): Promise<ProbeResult | null> {
  return new Promise((resolve, reject) => {
    startCheck(input, services, { checked: (_, result) => resolve(result), broke: reject });
  });
}

/** A check that has begun and has no address yet. */
interface BegunCheck {
  readonly input: CheckInput;
  readonly services: CheckServices;
  readonly listener: CheckListener;
  readonly startedAtMs: EpochMs;
}

async function awaitResolution(check: BegunCheck, pending: Promise<Resolution>): Promise<void> {
  const { clock } = check.services;
  const askedAtMs = clock.monotonic();
  try {
    const resolution = await pending;
    const queuedMs = clock.monotonic() - askedAtMs - (resolution.dnsTimeMs ?? 0);
    startLater(check, resolution, Math.round(queuedMs));
  } catch (fault) {
    check.listener.broke(fault);
  }
}

// A check begins when name servers are asked: to wait for the turn to ask is no fault of its target.
function startLater(check: BegunCheck, resolution: Resolution, queuedMs: DurationMs): void {
  const startedAtMs = check.startedAtMs + queuedMs;
  const { slotAtMs, dueAtMs = slotAtMs } = check.input;
  const isLate = startedAtMs - dueAtMs > SLOT_SLACK_MS;
  if (isLate) check.listener.checked(check.input, null);
  else vet({ ...check, startedAtMs }, resolution);
}

function vet(check: BegunCheck, resolution: Resolution): void {
  const { input, services, listener, startedAtMs } = check;
  if (services.signal.aborted) return void listener.checked(input, null);
  const { dnsTimeMs } = resolution;
  if (resolution.kind === "failed") return void endUnconnected(check, resolution, dnsTimeMs);
  const [address, ...others] = addressesToTry(resolution, services.rules);
  if (address === undefined)
    return void endUnconnected(check, { outcome: refusalOf(check) }, dnsTimeMs);
  const progress = { input, startedAtMs, dnsTimeMs, address };
  new CheckRun({ progress, others }, services, listener).acquire();
}

/** The first address of each family that may be connected to, one or two. */
function addressesToTry(
  { addresses, otherFamily = [] }: Extract<Resolution, { kind: "resolved" }>,
  rules: AddressRules,
): string[] {
  const toTry: string[] = [];
  for (const found of [addresses, otherFamily]) {
    const allowed = found.find((one) => vetAddress(one, rules) === "allowed");
    if (allowed !== undefined) toTry.push(allowed);
  }
  return toTry;
}

// A name that leads inside is a fault of its owner; a literal only is not for this region to check.
function refusalOf({ input, services }: BegunCheck): Outcome {
  const isName = vetHost(input.task.target.hostname, services.rules) === null;
  return isName ? "blocked" : "unsupported";
}

function endUnconnected(
  { input, listener, startedAtMs }: BegunCheck,
  { outcome, errorCode }: { readonly outcome: Outcome; readonly errorCode?: string },
  dnsTimeMs: DurationMs | null = null,
): void {
  const progress = { input, startedAtMs, dnsTimeMs, address: null };
  listener.checked(
    input,
    failureOf(progress, { outcome, errorCode: errorCode ?? null, icmpError: false }),
  );
}
