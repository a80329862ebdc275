import type { Outcome } from "../../../../shared/result/result.ts";
import type { PhaseFailure } from "../session/session.ts";
import { constantOf } from "./constant.ts";

/** The reasons of OpenSSL's errors, without `ERR_SSL_`; any other one is `tls_handshake`. */
const REASONS: Readonly<Record<string, Outcome>> = {
  // The first record is none: the server speaks something else on this port.
  WRONG_VERSION_NUMBER: "tls_not_offered",
  HTTP_REQUEST: "tls_not_offered",
  HTTPS_PROXY_REQUEST: "tls_not_offered",
  UNKNOWN_PROTOCOL: "tls_not_offered",
  TLSV1_ALERT_PROTOCOL_VERSION: "tls_version",
  TLSV1_ALERT_INAPPROPRIATE_FALLBACK: "tls_version",
  UNSUPPORTED_PROTOCOL: "tls_version",
  WRONG_SSL_VERSION: "tls_version",
  VERSION_TOO_LOW: "tls_version",
  VERSION_TOO_HIGH: "tls_version",
  TLSV1_ALERT_INSUFFICIENT_SECURITY: "tls_cipher",
  WRONG_CIPHER_RETURNED: "tls_cipher",
  UNKNOWN_CIPHER_RETURNED: "tls_cipher",
  NO_SUITABLE_KEY_SHARE: "tls_cipher",
  BAD_KEY_SHARE: "tls_cipher",
  WRONG_CURVE: "tls_cipher",
  DH_KEY_TOO_SMALL: "tls_weak",
  EE_KEY_TOO_SMALL: "tls_weak",
  CA_KEY_TOO_SMALL: "tls_weak",
  CA_MD_TOO_WEAK: "tls_weak",
  WRONG_SIGNATURE_TYPE: "tls_weak",
  UNSAFE_LEGACY_RENEGOTIATION_DISABLED: "tls_weak",
  // The server knows no such name (RFC 6066 3).
  TLSV1_UNRECOGNIZED_NAME: "tls_name_mismatch",
  // Alerts of a server are about the client's certificate (RFC 8446 6.2).
  ALERT_BAD_CERTIFICATE: "tls_client_certificate",
  ALERT_UNSUPPORTED_CERTIFICATE: "tls_client_certificate",
  ALERT_CERTIFICATE_REVOKED: "tls_client_certificate",
  ALERT_CERTIFICATE_EXPIRED: "tls_client_certificate",
  ALERT_CERTIFICATE_UNKNOWN: "tls_client_certificate",
  ALERT_CERTIFICATE_REQUIRED: "tls_client_certificate",
  ALERT_UNKNOWN_CA: "tls_client_certificate",
  ALERT_ACCESS_DENIED: "tls_client_certificate",
};

/** Other codes: of Node, of the system, and of this room. */
const CODES: Readonly<Record<string, Outcome>> = {
  FIN: "closed_early",
  RST: "closed_early",
  LATE: "no_answer",
  ETIMEDOUT: "no_answer",
  ERR_TLS_DH_PARAM_SIZE: "tls_weak",
};

/** A record with an alert alone has seven bytes; a server that has said hello has sent more. */
const MOST_ALERT_BYTES = 64;

/** What the end of a handshake means, by its code and by how much the server had sent before. */
export function handshakeFailure(code: string, receivedBytes: number): PhaseFailure {
  const constant = constantOf(code);
  const outcome = CODES[constant] ?? outcomeOfReason(reasonOf(constant), receivedBytes);
  if (outcome === "no_answer") return { outcome, phase: "tls" };
  return { outcome, phase: "tls", errorCode: constant };
}

function outcomeOfReason(reason: string, receivedBytes: number): Outcome {
  // Right after the ClientHello it means that nothing is in common; after the server's certificate,
  // that it misses the client's (TLS 1.2 has no alert of its own for that).
  if (reason === "ALERT_HANDSHAKE_FAILURE")
    return receivedBytes > MOST_ALERT_BYTES ? "tls_client_certificate" : "tls_cipher";
  return REASONS[reason] ?? "tls_handshake";
}

// OpenSSL 3.5 says `SSL/TLS_ALERT_…` where older ones say `SSLV3_ALERT_…`; those of later versions of
// TLS begin with them.
function reasonOf(constant: string): string {
  const reason = constant.replace(/^ERR_SSL_/, "");
  const general = reason.replace(/^(?:SSL_TLS|SSLV3|TLSV1|TLSV13)_(?=ALERT_)/, "");
  return Object.hasOwn(REASONS, reason) ? reason : general;
}
