import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { TlsSettings } from "../../../../shared/task/task.ts";

/** RFC 9525: the subject is never looked at, and a wildcard is a whole label, the leftmost one. */
const BY_ALTERNATIVE_NAMES = {
  subject: "never",
  partialWildcards: false,
  multiLabelWildcards: false,
  singleLabelSubdomains: false,
} as const;

/** What is wrong with the certificate's names, in OpenSSL's words where it has one; null if nothing. */
export function nameFaultOf(
  certificate: X509Certificate,
  verify: TlsSettings["verify"],
  name: string,
): string | null {
  if (verify === "none") return null;
  if (verify === "common_name") return commonNameFaultOf(certificate, name);
  if (certificate.subjectAltName === undefined) return "NO_SUBJECT_ALT_NAME";
  if (isIP(name) !== 0)
    return certificate.checkIP(name) === undefined ? "IP_ADDRESS_MISMATCH" : null;
  const matched = certificate.checkHost(name, BY_ALTERNATIVE_NAMES);
  return matched === undefined ? "HOSTNAME_MISMATCH" : null;
}

function commonNameFaultOf({ subject }: X509Certificate, name: string): string | null {
  const commonNames = commonNamesOf(subject);
  if (commonNames.length === 0) return "NO_COMMON_NAME";
  return commonNames.some((common) => isMatch(common, name)) ? null : "HOSTNAME_MISMATCH";
}

// Node gives an attribute a line, with control characters escaped.
function commonNamesOf(subject: string | undefined): string[] {
  const lines = (subject ?? "").split("\n");
  return lines.flatMap((line) => (line.startsWith("CN=") ? line.slice(3).toLowerCase() : []));
}

function isMatch(pattern: string, name: string): boolean {
  const wanted = name.toLowerCase();
  if (!pattern.startsWith("*.")) return pattern === wanted;
  const rest = pattern.slice(1);
  const label = wanted.slice(0, -rest.length);
  // A wildcard of a top-level domain is none.
  return rest.lastIndexOf(".") > 0 && wanted.endsWith(rest) && /^[^.]+$/.test(label);
}
