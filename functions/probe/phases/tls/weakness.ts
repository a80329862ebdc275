import type { X509Certificate } from "node:crypto";
import { keyOf } from "./key.ts";

/** What OpenSSL's security level 2, which is Node's, takes at least: 112 bits of security. */
const LEAST_BITS: Readonly<Record<string, number>> = {
  RSA: 2_048,
  "RSA-PSS": 2_048,
  DSA: 2_048,
  EC: 224,
};

const WEAK_HASH = /md5|sha1(?!\d)/i;

/** Why a chain is too weak, by the name that OpenSSL has for it and Node has not; null if it is not. */
export function weaknessOf(chain: readonly X509Certificate[]): string | null {
  const [own, ...issuers] = chain;
  if (own !== undefined && hasSmallKey(own)) return "EE_KEY_TOO_SMALL";
  if (issuers.some(hasSmallKey)) return "CA_KEY_TOO_SMALL";
  return chain.some(hasWeakHash) ? "CA_MD_TOO_WEAK" : null;
}

function hasSmallKey(certificate: X509Certificate): boolean {
  const { type, bits } = keyOf(certificate);
  return type !== null && bits !== null && bits < (LEAST_BITS[type] ?? 0);
}

// A root signs itself, and nobody relies on that signature.
function hasWeakHash({ signatureAlgorithm, subject, issuer }: X509Certificate): boolean {
  return subject !== issuer && WEAK_HASH.test(signatureAlgorithm ?? "");
}
