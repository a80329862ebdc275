import { isCidr, openingFault } from "../../shared/vet/vet.ts";
import { type ConfigReader, readTexts, refuse } from "./read-config.ts";

const OPENING_RULES = {
  never:
    "a range that probes may open, which link-local, metadata and multicast addresses never are",
  itself: "another range than loopback, which is the probe's own machine",
  public: "private addresses: tasks may name public ones anyway",
  wide: "private addresses only, and this opens others too: name the ranges that you use, such as 10.0.0.0/16",
} as const;

/**
 * Reads the private ranges that tasks may probe from a place, `allowedPrivateCidrs`. What can never be
 * opened, or opens more than private addresses, is refused; loopback too, unless the probe's machine is
 * the user's own.
 */
export function readPrivateCidrs(
  reader: ConfigReader,
  { isOwnMachine = false }: { readonly isOwnMachine?: boolean } = {},
): string[] {
  const field = "allowedPrivateCidrs";
  const rule = "a CIDR such as 10.0.0.0/16 or fd00::/8";
  const cidrs = readTexts(reader, field, { accepts: isCidr, rule });
  for (const cidr of cidrs) {
    const fault = openingFault(cidr);
    if (isOwnMachine && fault === "itself") continue;
    if (fault !== null) refuse(reader, field, OPENING_RULES[fault], cidr);
  }
  return cidrs;
}
