import type { Outcome } from "../../../shared/result/result.ts";

/** By `error.code` of a connect or of an open connection. Any other code is an internal error. */
const CONNECT_OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ["ECONNREFUSED", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENETDOWN", "unreachable"],
  // A local firewall that forbids the connect answers with these.
  ["EACCES", "unreachable"],
  ["EPERM", "unreachable"],
  ["ECONNRESET", "reset"],
]);

/** The codes of a connect to an IPv6 address on a machine that has no IPv6 route. */
const NO_IPV6 = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** What decides the outcome of a failed connect beside its code. */
export interface ConnectContext {
  readonly isIpv6: boolean;
  /** Whether the deployment gave this function an IPv6 route. */
  readonly hasIpv6Route: boolean;
}

/** The outcome of a failed connect, by its code and never by its message. */
export function classifyConnectError(code: string, context: ConnectContext): Outcome {
  if (context.isIpv6 && !context.hasIpv6Route && NO_IPV6.has(code)) return "unsupported";
  return CONNECT_OUTCOMES.get(code) ?? "internal";
}

/** By `error.code` of c-ares: the codes that tell of the name or of its servers. */
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

/** The outcome of a failed look-up; `internal` if it was cancelled or could not be made. */
export function classifyDnsError(code: string): Outcome {
  return DNS_OUTCOMES.get(code) ?? "internal";
}

/** The `code` of what was thrown, or an empty text if it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
