import { isIP } from "node:net";
import type { ConnectionOptions, SecureContextOptions, SecureVersion } from "node:tls";
import type { TlsSettings, TlsVersion } from "../../../../shared/task/task.ts";

/**
 * No post-quantum share: with one the ClientHello takes two packets (1,610 bytes against 378), which
 * some servers answer with a reset. A task may ask for it by `groups`.
 */
const USUAL_GROUPS = "X25519:P-256:P-384";

/** OpenSSL signs nothing as weak as TLS 1.0 and 1.1 do unless its security level is 0. */
const OLD_CIPHERS = "@SECLEVEL=0";

const OLD_VERSIONS: ReadonlySet<TlsVersion> = new Set<TlsVersion>(["1.0", "1.1"]);

/** What a task's settings say of its secure context, without private material and CAs. */
export function contextOptionsOf(settings: TlsSettings): SecureContextOptions {
  const { maxVersion, groups = USUAL_GROUPS } = settings;
  const minVersion = settings.minVersion ?? (isOld(maxVersion) ? maxVersion : undefined);
  const ciphers = isOld(minVersion) ? withOldCiphers(settings.ciphers) : settings.ciphers;
  return {
    ecdhCurve: groups,
    ...(minVersion !== undefined && { minVersion: nodeVersion(minVersion) }),
    ...(maxVersion !== undefined && { maxVersion: nodeVersion(maxVersion) }),
    ...(ciphers !== undefined && { ciphers }),
  };
}

/** The name that the certificate must be for: the one that the task sets, or its host's. */
export function verifiedNameOf({ serverName }: TlsSettings, hostname: string): string {
  return (serverName ?? hostname).replace(/\.$/, "");
}

/**
 * What a ClientHello says beyond the secure context. The chain is judged here afterwards, so Node
 * takes any. No session is ever resumed: a resumed one shows no certificate.
 */
export function helloOptionsOf({ alpn }: TlsSettings, name: string): ConnectionOptions {
  return {
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // An address is no server name (RFC 6066 3).
    ...(isIP(name) === 0 && { servername: name }),
    ...(alpn !== undefined && { ALPNProtocols: [...alpn] }),
  };
}

function isOld(version: TlsVersion | undefined): boolean {
  return version !== undefined && OLD_VERSIONS.has(version);
}

function withOldCiphers(ciphers = "DEFAULT"): string {
  return ciphers.includes("@SECLEVEL") ? ciphers : `${ciphers}:${OLD_CIPHERS}`;
}

function nodeVersion(version: TlsVersion): SecureVersion {
  return version === "1.0" ? "TLSv1" : `TLSv${version}`;
}
