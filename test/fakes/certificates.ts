import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv6 } from "node:net";
import {
  bitString,
  boolean,
  element,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8,
} from "./der.ts";

const DAY_MS = 86_400_000;

const OIDS = {
  commonName: "2.5.4.3",
  basicConstraints: "2.5.29.19",
  subjectAltName: "2.5.29.17",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  sha1WithRsa: "1.2.840.113549.1.1.5",
  sha256WithEcdsa: "1.2.840.10045.4.3.2",
  sha1WithEcdsa: "1.2.840.10045.4.1",
} as const;

/** A key pair, e.g. of `generateKeyPairSync`. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A certificate with its private key. */
export interface Certified {
  readonly commonName: string | null;
  readonly keys: KeyPair;
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
}

/** What a certificate says; the defaults are those of a good one. */
export interface CertificateWish {
  /** `null`: its subject is empty. */
  readonly commonName?: string | null;
  /** DNS names and IP addresses; `null`: it has no such extension. */
  readonly names?: readonly string[] | null;
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly isCa?: boolean;
  readonly keys?: KeyPair;
  readonly hash?: "sha256" | "sha1";
  /** Who signs it; itself if absent. */
  readonly issuer?: Certified;
}

/** A new key on a small curve: quick to make. */
function ecKeys(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** A new RSA key. */
export function rsaKeys(modulusLength: number): KeyPair {
  return generateKeyPairSync("rsa", { modulusLength });
}

/** Makes a certificate (RFC 5280), also one that no authority would make. */
export function certify(wish: CertificateWish = {}): Certified {
  const { commonName = "localhost", keys = ecKeys(), hash = "sha256", issuer } = wish;
  const signer = issuer?.keys ?? keys;
  const algorithm = algorithmOf(signer, hash);
  const content = sequence(
    element(0xa0, integer(2)),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    nameOf(issuer === undefined ? commonName : issuer.commonName),
    validityOf(wish),
    nameOf(commonName),
    keys.publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, sequence(...extensionsOf(wish))),
  );
  const der = sequence(content, algorithm, bitString(sign(hash, content, signer.privateKey)));
  const keyPem = String(keys.privateKey.export({ type: "pkcs8", format: "pem" }));
  return { commonName, keys, der, pem: pemOf(der), keyPem };
}

function validityOf({ fromMs, untilMs }: CertificateWish): Buffer {
  const nowMs = Date.now();
  return sequence(time(fromMs ?? nowMs - DAY_MS), time(untilMs ?? nowMs + 90 * DAY_MS));
}

function nameOf(commonName: string | null): Buffer {
  if (commonName === null) return sequence();
  return sequence(set(sequence(oid(OIDS.commonName), utf8(commonName))));
}

function extensionsOf({
  isCa = false,
  names = ["localhost", "127.0.0.1"],
}: CertificateWish): Buffer[] {
  const constraints = isCa ? sequence(boolean(true)) : sequence();
  const extensions = [
    sequence(oid(OIDS.basicConstraints), boolean(true), octetString(constraints)),
  ];
  if (!isCa && names !== null) {
    const value = sequence(...names.map(generalNameOf));
    extensions.push(sequence(oid(OIDS.subjectAltName), octetString(value)));
  }
  return extensions;
}

function generalNameOf(name: string): Buffer {
  if (isIPv6(name)) return element(0x87, ipv6Bytes(name));
  if (/^[\d.]+$/.test(name)) return element(0x87, Buffer.from(name.split(".").map(Number)));
  return element(0x82, Buffer.from(name));
}

/** Only of addresses like `::1`. */
function ipv6Bytes(address: string): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16BE(Number.parseInt(address.split(":").at(-1) ?? "0", 16), 14);
  return bytes;
}

function algorithmOf({ privateKey }: KeyPair, hash: "sha256" | "sha1"): Buffer {
  const isRsa = privateKey.asymmetricKeyType === "rsa";
  if (isRsa) {
    const name = hash === "sha1" ? OIDS.sha1WithRsa : OIDS.sha256WithRsa;
    return sequence(oid(name), Buffer.of(5, 0));
  }
  return sequence(oid(hash === "sha1" ? OIDS.sha1WithEcdsa : OIDS.sha256WithEcdsa));
}

function pemOf(der: Buffer): string {
  const lines = der.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
