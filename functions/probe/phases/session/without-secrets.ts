import type { Session } from "./session-type.ts";

const MASK = "***";

/** A shorter part of a secret at the end of a text says nothing: any text may end so. */
const LEAST_PART = 3;

/**
 * A text of the peer without the secrets that were used. It may show their bytes as characters, and it
 * may be cut within one, since a peer's answer comes in pieces.
 */
export function withoutSecrets(
  { secretsUsed }: Pick<Session, "secretsUsed">,
  text: string,
): string {
  return [...secretsUsed]
    .flatMap((secret) => [secret, secret.trim()])
    .flatMap((secret) => [secret, Buffer.from(secret).toString("latin1")])
    .filter((secret) => secret.length > 0)
    .reduce((left, secret) => maskEnds(left.replaceAll(secret, MASK), secret), text);
}

/** Masks a part of the secret where the text begins or ends within it. */
function maskEnds(text: string, secret: string): string {
  const most = Math.min(secret.length - 1, text.length);
  const tail = longestPart(most, (length) => text.startsWith(secret.slice(-length)));
  const body = tail === 0 ? text : `${MASK}${text.slice(tail)}`;
  const head = longestPart(Math.min(most, body.length), (length) =>
    body.endsWith(secret.slice(0, length)),
  );
  return head === 0 ? body : `${body.slice(0, body.length - head)}${MASK}`;
}

/** The length of the longest part for which this is so; 0 without one. */
function longestPart(most: number, isShown: (length: number) => boolean): number {
  for (let length = most; length >= LEAST_PART; length--) if (isShown(length)) return length;
  return 0;
}
