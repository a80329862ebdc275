import { hash, type X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { CertificateLink } from "../../../../shared/result/result.ts";
import type { EpochMs } from "../../../../shared/units.ts";
import { keyOf } from "./key.ts";
import { readNames } from "./read-names.ts";

/** More are not read: real chains have three or four. */
const MOST_LINKS = 10;

const MOST_CHARACTERS = 200;
const ID_CHARACTERS = 16;

/** The certificates that a server showed, from its own upwards; empty if it showed none. */
export function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < MOST_LINKS) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

/** What makes a chain this one: its certificates' fingerprints, and a short id of all together. */
export interface ChainIdentity {
  readonly id: string;
  readonly fingerprints: readonly string[];
}

/** Hashes a chain as it came, which costs little however many names it has. */
export function identityOf(chain: readonly X509Certificate[]): ChainIdentity {
  const fingerprints = chain.map(({ raw }) => hash("sha256", raw, "hex"));
  const id = hash("sha256", fingerprints.join(""), "hex").slice(0, ID_CHARACTERS);
  return { id, fingerprints };
}

/** Reads what a record shows of a certificate. */
export function linkOf(certificate: X509Certificate, fingerprint: string): CertificateLink {
  const { type, bits } = keyOf(certificate);
  return {
    subject: textOf(certificate.subject),
    issuer: textOf(certificate.issuer),
    ...readNames(certificate.subjectAltName),
    serial: textOf(certificate.serialNumber),
    fingerprint,
    fromMs: instantOf(certificate.validFromDate),
    untilMs: instantOf(certificate.validToDate),
    keyType: type,
    keyBits: bits,
  };
}

// Node gives an attribute a line; an empty subject is none.
function textOf(text: string | undefined): string {
  return (text ?? "").replaceAll("\n", ", ").slice(0, MOST_CHARACTERS);
}

// A certificate may say anything for a date.
function instantOf(date: Date | undefined): EpochMs {
  const atMs = date?.getTime() ?? Number.NaN;
  return Number.isNaN(atMs) ? 0 : atMs;
}
