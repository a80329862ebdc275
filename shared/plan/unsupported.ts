import { referencesOf, type Task } from "../task/task.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../units.ts";
import { type AddressRules, addressRules, vetHost } from "../vet/vet.ts";
import type { FleetRegion } from "./fleet.ts";

const UNSUPPORTED_REASONS = {
  // AWS Lambda FAQs, "What restrictions apply to AWS Lambda function code?"
  port25: "TCP port 25 is blocked outside a VPC",
  // AWS Lambda API, VpcConfig.Ipv6AllowedForDualStack: only functions in dual-stack subnets have one.
  ipv6: "there is no IPv6 route",
  closed: "its address is not public and not in the region's allowedPrivateCidrs",
  never: "its address is one that no region may probe",
  // A task must not read what is in the function's own files.
  file: "a secret in a file is read on one machine only, not on AWS",
  secret: "it names a secret that is not in the fleet's list of secrets",
  // An invocation of the probe ends with its minute.
  hold: "a connection is held for at most 50 s on AWS",
  retired: "the region is retired",
} as const;

/** The reason of every task that names a region which is being taken out. */
export const RETIRED = UNSUPPORTED_REASONS.retired;

/** Why a region cannot probe a task, whatever its target does. */
export type UnsupportedReason = (typeof UNSUPPORTED_REASONS)[keyof typeof UNSUPPORTED_REASONS];

/** One task that one region cannot probe. */
export interface Unsupported {
  readonly taskName: string;
  readonly region: RegionName;
  readonly reason: UnsupportedReason;
}

const MOST_HOLD_MS: DurationMs = 50 * SECOND_MS;

/** Makes the function that says why the region cannot probe a task, or null if it can. */
export function supportOf(region: FleetRegion): (task: Task) => UnsupportedReason | null {
  const rules = region.allowedCidrs === undefined ? null : addressRules(region.allowedCidrs);
  return (task) => {
    if (task.target.port === 25 && !region.vpc && !region.agent) return UNSUPPORTED_REASONS.port25;
    if (needsIpv6(task) && !region.ipv6) return UNSUPPORTED_REASONS.ipv6;
    return addressReason(task, rules) ?? (region.alwaysOn ? null : passingReason(task, region));
  };
}

/** What a function can't do that is started anew for each minute, or that must not read the files of its machine. */
function passingReason(task: Task, { agent, secrets }: FleetRegion): UnsupportedReason | null {
  if (task.needs === undefined) return null;
  if (!agent && (task.hold?.holdMs ?? 0) > MOST_HOLD_MS) return UNSUPPORTED_REASONS.hold;
  const references = referencesOf(task);
  if (references.some((reference) => reference.startsWith("file:")))
    return UNSUPPORTED_REASONS.file;
  const isListed = references.every((reference) => secrets?.includes(reference) ?? true);
  return isListed ? null : UNSUPPORTED_REASONS.secret;
}

/** A name is judged by the probe, which knows its addresses. */
function addressReason({ target }: Task, rules: AddressRules | null): UnsupportedReason | null {
  const verdict = rules === null ? null : vetHost(target.hostname, rules);
  return verdict === null || verdict === "allowed" ? null : UNSUPPORTED_REASONS[verdict];
}

/** The sentence that a task's owner reads. */
export function unsupportedSentence({ taskName, region, reason }: Unsupported): string {
  return `Task ${JSON.stringify(taskName)}: not supported in ${region}: ${reason}`;
}

// Only an IPv6 literal has a colon in its host name.
function needsIpv6(task: Task): boolean {
  return task.addressFamily === "ipv6" || task.target.hostname.includes(":");
}
