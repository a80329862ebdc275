import type { ProbeResult } from "../../../shared/result/result.ts";
import { lackingNeeds } from "../../../shared/task/task.ts";
import { type AddressRules, vetAddress } from "../../../shared/vet/vet.ts";
import {
  type BegunCheck,
  endUnconnected,
  type Found,
  refusalOf,
  resolveTarget,
} from "./begin-check.ts";
import { CheckRun } from "./check-run.ts";
import type { CheckInput, CheckListener, CheckServices, ToldCheck } from "./services.ts";

/** Starts a check: the plain one at once, any other in the layers that its task asks for. */
export function startCheck(
  input: CheckInput,
  services: CheckServices,
  listener: CheckListener,
): void {
  if (input.task.needs === undefined) return void startSingle(input, services, listener);
  if (canMake(input, services)) return void startLoaded({ input, services, listener });
  // A check that only a later version, or another place, can make is not replaced by a lesser one.
  const check = { input, services, listener, startedAtMs: services.clock.now() };
  endUnconnected(check, { outcome: "unsupported" });
}

function canMake({ task }: CheckInput, { holder }: CheckServices): boolean {
  const isTooLong = task.hold !== undefined && task.hold.holdMs > holder.longestMs;
  return !isTooLong && lackingNeeds(task).length === 0;
}

/** Loads the layers with the first check that needs them; without them only such checks end, as `internal`. */
async function startLoaded(check: ToldCheck): Promise<void> {
  const { clock, observer } = check.services;
  const startedAtMs = clock.now();
  try {
    const { startInLayers } = await import("#phases");
    startInLayers(startSingle, check);
  } catch (fault) {
    observer.noteProberFault(fault);
    endUnconnected({ ...check, startedAtMs }, { outcome: "internal" });
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

/** A check of one address, or of one in each family: resolve → vet → admit → connect → probe → close. */
function startSingle(input: CheckInput, services: CheckServices, listener: CheckListener): void {
  const check = { input, services, listener, startedAtMs: services.clock.now() };
  resolveTarget(check, connectFirst);
}

function connectFirst(check: BegunCheck, found: Found): void {
  const { input, services, listener, startedAtMs } = check;
  const { dnsTimeMs } = found;
  const [address, ...others] = addressesToTry(found, services.rules);
  if (address === undefined)
    return void endUnconnected(check, { outcome: refusalOf(check) }, dnsTimeMs);
  const progress = { input, startedAtMs, dnsTimeMs, address };
  new CheckRun({ progress, others }, services, listener).acquire();
}

/** The first address of each family that may be connected to, one or two. */
function addressesToTry({ addresses, otherFamily = [] }: Found, rules: AddressRules): string[] {
  const toTry: string[] = [];
  for (const found of [addresses, otherFamily]) {
    const allowed = found.find((one) => vetAddress(one, rules) === "allowed");
    if (allowed !== undefined) toTry.push(allowed);
  }
  return toTry;
}
