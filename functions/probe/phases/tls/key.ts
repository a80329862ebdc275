import type { X509Certificate } from "node:crypto";

/** The type and the size of a public key, as a record shows them. */
export interface ShownKey {
  /** E.g. `RSA`, `EC` or `ED25519`. */
  readonly type: string | null;
  readonly bits: number | null;
}

/** By OpenSSL's names; other curves are rare. */
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp224r1: 224,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
};

const UNKNOWN: ShownKey = { type: null, bits: null };

/** The key of a certificate; both null if OpenSSL can't read it. */
export function keyOf(certificate: X509Certificate): ShownKey {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    const { modulusLength, namedCurve = "" } = asymmetricKeyDetails ?? {};
    const bits = modulusLength ?? CURVE_BITS[namedCurve] ?? null;
    return { type: asymmetricKeyType?.toUpperCase() ?? null, bits };
  } catch {
    // A server may show a key of any kind, and it need not be a key at all.
    return UNKNOWN;
  }
}
