const KEY_MARK = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

/** Whether a text has a private key in PEM (RFC 7468). */
export function hasPrivateKey(text: string): boolean {
  return KEY_MARK.test(text);
}

/** A value as a problem may show it: one that has a private key is not shown. */
export function withoutPrivateKey(value: unknown): unknown {
  return holdsKey(value, MOST_LEVELS) ? "a private key" : value;
}

/** Deeper than any table of a task. */
const MOST_LEVELS = 10;

function holdsKey(value: unknown, levels: number): boolean {
  if (typeof value === "string") return hasPrivateKey(value);
  if (typeof value !== "object" || value === null || levels === 0) return false;
  return Object.values(value).some((part) => holdsKey(part, levels - 1));
}
