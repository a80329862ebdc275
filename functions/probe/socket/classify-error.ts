import type { Outcome } from "../../../shared/result/result.ts";

/** By `error.code` of a connect. What is not here is our own fault, or new: `internal`. */
const CONNECT_OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ["ECONNREFUSED", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENETDOWN", "unreachable"],
  // A local firewall's rule against leaving answers so.
  ["EACCES", "unreachable"],
  ["EPERM", "unreachable"],
  ["ECONNRESET", "reset"],
]);

/** What connecting to an IPv6 address ends in on a machine that has no way there. */
const NO_IPV6 = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** Where a connect failed, as far as the code alone does not say it all. */
export interface ConnectPlace {
  readonly isIpv6: boolean;
  /** The deployment gave this function an IPv6 route. */
  readonly hasIpv6Route: boolean;
}

/** The outcome of a failed connect, by its code and never by its message. */
export function classifyConnectError(code: string, place: ConnectPlace): Outcome {
  if (place.isIpv6 && !place.hasIpv6Route && NO_IPV6.has(code)) return "unsupported";
  return CONNECT_OUTCOMES.get(code) ?? "internal";
}

/** By `error.code` of c-ares, as far as it speaks of the name or of its servers. */
const DNS_OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ["ENOTFOUND", "dns_not_found"],
  ["ENODATA", "dns_not_found"],
  ["ETIMEOUT", "dns_timeout"],
  ["EFORMERR", "dns_failed"],
  ["ESERVFAIL", "dns_failed"],
  ["ENOTIMP", "dns_failed"],
  ["EREFUSED", "dns_failed"],
  ["EBADNAME", "dns_failed"],
  ["EBADRESP", "dns_failed"],
  ["ECONNREFUSED", "dns_failed"],
  ["EOF", "dns_failed"],
]);

/** The outcome of a failed look-up. No memory, no resolver, cancelled: `internal`. */
export function classifyDnsError(code: string): Outcome {
  return DNS_OUTCOMES.get(code) ?? "internal";
}

/** The code of whatever was thrown, or an empty text. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
