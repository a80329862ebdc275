import { X509Certificate } from "node:crypto";
import { type InputTable, ownField, refuse } from "../../input/input.ts";
import { hasPrivateKey } from "./private-key.ts";
import { isReference, PRIVATE_RULE } from "./references.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const FORM_RULE = "must be certificates in PEM, or the name of a secret that has them";

/** Reads `ca`: certificates in PEM, without the comments around them, or a reference to them. */
export function readAuthorities(tls: InputTable): string | undefined {
  const value = ownField(tls.fields, "ca");
  if (value === undefined || isReference(value)) return value;
  if (typeof value !== "string") return refuse(tls, "ca", FORM_RULE);
  if (hasPrivateKey(value)) {
    tls.report(`${tls.path}ca`, PRIVATE_RULE);
    return undefined;
  }
  const found = value.match(CERTIFICATE);
  if (found === null) return refuse(tls, "ca", FORM_RULE);
  const odd = found.findIndex((pem) => !isCertificate(pem));
  if (odd < 0) return found.join("\n");
  tls.report(`${tls.path}ca`, `has a certificate that can't be read, number ${odd + 1}`);
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
