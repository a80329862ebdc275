import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** The credentials with which an AWS client signs; of these, the guard reads the id of the key. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const KEY_BYTES = 32;

/** A new access key, as a text of 64 hexadecimal digits. Each run makes its own. */
export function newAccessKey(): string {
  return randomBytes(KEY_BYTES).toString("hex");
}

/**
 * The credentials of a client that has the access key. With them the SDK never looks for the user's
 * own, so none of those is ever sent to a local port.
 */
export function localCredentials(accessKey: string): LocalCredentials {
  return { accessKeyId: accessKey, secretAccessKey: "local" };
}

/**
 * Whether an `Authorization` header names the access key. The rest of the signature says nothing
 * more: who has the key can make one.
 * Source: AWS Signature Version 4, "Authorization header".
 */
export function hasAccessKey(authorization: string | undefined, accessKey: string): boolean {
  const [, named] = /^AWS4-HMAC-SHA256 .*\bCredential=([^/,\s]+)\//.exec(authorization ?? "") ?? [];
  return named !== undefined && timingSafeEqual(digestOf(named), digestOf(accessKey));
}

/**
 * The region for which a request is signed, which tells where its client thinks that it asks; null if
 * the header has no such scope.
 * Source: AWS Signature Version 4, "Credential scope".
 */
export function signedRegion(authorization: string | undefined): string | null {
  const [, region] = /\bCredential=[^/,\s]+\/\d{8}\/([^/,\s]+)\//.exec(authorization ?? "") ?? [];
  return region ?? null;
}

/** An `Authorization` header with the access key, for a request that is not made by the SDK. */
export function signedWith(accessKey: string): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/local, SignedHeaders=host, Signature=none`;
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
