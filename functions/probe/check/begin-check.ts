import type { Outcome } from "../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import { vetHost } from "../../../shared/vet/vet.ts";
import type { LookupWish, Resolution } from "../dns/dns.ts";
import { failureOf } from "./check-result.ts";
import type { CheckInput, ToldCheck } from "./services.ts";

/** A check that has begun and has no address yet. */
export interface BegunCheck extends ToldCheck {
  readonly startedAtMs: EpochMs;
}

/** The addresses of a target. */
export type Found = Extract<Resolution, { readonly kind: "resolved" }>;

/** Goes on with a check that has addresses. */
type GoOn = (check: BegunCheck, found: Found) => void;

/** Looks the target of a check up, and goes on with what is found; otherwise the check has ended. */
export function resolveTarget(check: BegunCheck, goOn: GoOn, wish?: LookupWish): void {
  const { target, addressFamily } = check.input.task;
  try {
    const resolution = check.services.network.resolve(target.hostname, addressFamily, wish);
    if (resolution instanceof Promise) void awaitResolution(check, resolution, goOn);
    else look(check, resolution, goOn);
  } catch (fault) {
    check.listener.broke(fault);
  }
}

async function awaitResolution(
  check: BegunCheck,
  pending: Promise<Resolution>,
  goOn: GoOn,
): Promise<void> {
  const { clock } = check.services;
  const askedAtMs = clock.monotonic();
  try {
    const resolution = await pending;
    const queuedMs = clock.monotonic() - askedAtMs - (resolution.dnsTimeMs ?? 0);
    const startedAtMs = check.startedAtMs + Math.round(queuedMs);
    // A check begins when name servers are asked: to wait for the turn to ask is no fault of its target.
    if (isLate(check.input, startedAtMs)) check.listener.checked(check.input, null);
    else look({ ...check, startedAtMs }, resolution, goOn);
  } catch (fault) {
    check.listener.broke(fault);
  }
}

function isLate({ slotAtMs, dueAtMs = slotAtMs }: CheckInput, startedAtMs: EpochMs): boolean {
  return startedAtMs - dueAtMs > SLOT_SLACK_MS;
}

function look(check: BegunCheck, resolution: Resolution, goOn: GoOn): void {
  if (check.services.signal.aborted) return void check.listener.checked(check.input, null);
  if (resolution.kind === "resolved") return void goOn(check, resolution);
  endUnconnected(check, resolution, resolution.dnsTimeMs);
}

/** The outcome of an address that may not be connected to. */
export function refusalOf({ input, services }: BegunCheck): Outcome {
  // A name that leads inside is a fault of its owner; a literal only is not for this region to check.
  const isName = vetHost(input.task.target.hostname, services.rules) === null;
  return isName ? "blocked" : "unsupported";
}

/** Ends a check that has connected to nothing. */
export function endUnconnected(
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
