import type { X509Certificate } from "node:crypto";
import type { Outcome } from "../../../../shared/result/result.ts";
import type { TlsSettings } from "../../../../shared/task/task.ts";
import { nameFaultOf } from "./match-name.ts";
import { weaknessOf } from "./weakness.ts";

/** What Node says where it has no word for OpenSSL's result. */
const UNSPECIFIED = "UNSPECIFIED";

/** A server without a certificate: one with a pre-shared key, or an anonymous one. */
const NO_CERTIFICATE = "NO_CERTIFICATE";

/** The kinds of faults; any other one is a chain that leads to no CA that is trusted. */
const KINDS: Readonly<Record<string, Outcome>> = {
  CERT_HAS_EXPIRED: "tls_expired",
  CERT_NOT_YET_VALID: "tls_not_yet_valid",
  EE_KEY_TOO_SMALL: "tls_weak",
  CA_KEY_TOO_SMALL: "tls_weak",
  CA_MD_TOO_WEAK: "tls_weak",
  HOSTNAME_MISMATCH: "tls_name_mismatch",
  IP_ADDRESS_MISMATCH: "tls_name_mismatch",
  NO_SUBJECT_ALT_NAME: "tls_name_mismatch",
  NO_COMMON_NAME: "tls_name_mismatch",
};

/** What a certificate is judged by. */
export interface Judged {
  /** From the server's own certificate upwards; empty if it showed none. */
  readonly chain: readonly X509Certificate[];
  /** OpenSSL's result of verifying the chain; null if it is trusted. */
  readonly chainFault: string | null;
  readonly verify: TlsSettings["verify"];
  readonly name: string;
}

/**
 * What is wrong with a certificate, by one code; null if nothing is. OpenSSL goes on after a fault
 * and tells the last one: dates come before weak keys, and those before trust. Names come after all,
 * since the names of a certificate that is not trusted say nothing.
 */
export function faultOf({ chain, chainFault, verify, name }: Judged): string | null {
  const [own] = chain;
  if (own === undefined) return NO_CERTIFICATE;
  if (chainFault === UNSPECIFIED) return weaknessOf(chain) ?? UNSPECIFIED;
  return chainFault ?? nameFaultOf(own, verify, name);
}

/** The kind of a fault. */
export function kindOfFault(fault: string): Outcome {
  return KINDS[fault] ?? "tls_untrusted";
}
