import type { Outcome, ProbeResult } from "../../../shared/result/result.ts";

/**
 * By `error.code` of a connect or of an open connection. Any other code is an internal error: it tells
 * of this process, e.g. that it has no descriptor or no port left.
 */
const CONNECT_OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ["ECONNREFUSED", "refused"],
  ["ETIMEDOUT", "timeout"],
  // What Linux makes of an ICMP error: icmp_err_convert[] in net/ipv4/icmp.c, tab_unreach[] in net/ipv6/icmp.c.
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["ENONET", "unreachable"],
  ["ENOPROTOOPT", "unreachable"],
  ["EOPNOTSUPP", "unreachable"],
  ["EPROTO", "unreachable"],
  ["EACCES", "unreachable"],
  // What routes of this machine answer: none, `prohibit` (EACCES), `blackhole` (EINVAL), a device that is down.
  ["EINVAL", "unreachable"],
  ["ENETDOWN", "unreachable"],
  ["ENETRESET", "unreachable"],
  ["ENODEV", "unreachable"],
  // A local firewall, and tunnels without a peer or a key: IPsec (ESRCH), WireGuard.
  ["EPERM", "unreachable"],
  ["ESRCH", "unreachable"],
  ["ENOKEY", "unreachable"],
  ["EDESTADDRREQ", "unreachable"],
  ["ECONNRESET", "reset"],
  ["EPIPE", "reset"],
]);

/** The codes of a connect to an IPv6 address on a machine that has no IPv6 route. */
const NO_IPV6 = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** What decides the outcome of a failed connect beside its code. */
export interface ConnectContext {
  readonly isIpv6: boolean;
  /** Whether the deployment gave this function an IPv6 route. */
  readonly hasIpv6Route: boolean;
  /** The system call itself failed, so that no packet was sent. */
  readonly isLocal: boolean;
}

/** How a check failed, in the fields of its result. */
export type Failure = Pick<ProbeResult, "outcome" | "errorCode" | "icmpError">;

/** The failure of a connect, by its code and never by its message. */
export function classifyConnectError(code: string, context: ConnectContext): Failure {
  const outcome = connectOutcome(code, context);
  // Linux reports an error of the way later than from the system call only if an ICMP error brought it.
  const icmpError = outcome === "unreachable" && !context.isLocal;
  return { outcome, errorCode: codeBeside(outcome, code), icmpError };
}

function connectOutcome(code: string, { isIpv6, hasIpv6Route }: ConnectContext): Outcome {
  if (isIpv6 && !hasIpv6Route && NO_IPV6.has(code)) return "unsupported";
  return CONNECT_OUTCOMES.get(code) ?? "internal";
}

/** Outcomes that may have several codes, so that the code says more than they do. */
const HAVE_SEVERAL_CODES: ReadonlySet<Outcome> = new Set<Outcome>([
  "unreachable",
  "unsupported",
  "dns_failed",
  "internal",
]);

/** A code is a constant of the system; what is longer is not one, and is not stored. */
const CODE = /^[A-Z][A-Z0-9_]{1,39}$/;

function codeBeside(outcome: Outcome, code: string): string | null {
  return HAVE_SEVERAL_CODES.has(outcome) && CODE.test(code) ? code : null;
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

/** The failure of a look-up; `internal` if it was cancelled or could not be made. */
export function classifyDnsError(code: string): Failure {
  const outcome = DNS_OUTCOMES.get(code) ?? "internal";
  return { outcome, errorCode: codeBeside(outcome, code), icmpError: false };
}

/** The `code` of what was thrown, or an empty text if it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
