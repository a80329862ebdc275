/** A writer of DER (X.690), as far as certificates need it. */

const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** An element with any tag. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export function sequence(...elements: readonly Uint8Array[]): Buffer {
  return element(TAGS.sequence, ...elements);
}

export function set(...elements: readonly Uint8Array[]): Buffer {
  return element(TAGS.set, ...elements);
}

/** A positive integer, given in bytes or as a small number. */
export function integer(value: Uint8Array | number): Buffer {
  const bytes = typeof value === "number" ? bytesOf(value) : Buffer.from(value);
  const isNegative = (bytes[0] ?? 0) >= 0x80;
  return element(TAGS.integer, isNegative ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function boolean(value: boolean): Buffer {
  return element(TAGS.boolean, Buffer.of(value ? 0xff : 0));
}

export function bitString(bytes: Uint8Array): Buffer {
  return element(TAGS.bitString, Buffer.of(0), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return element(TAGS.octetString, bytes);
}

export function utf8(text: string): Buffer {
  return element(TAGS.utf8, Buffer.from(text));
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(TAGS.oid, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

/** An instant, to the second. */
export function time(atMs: number): Buffer {
  const text = new Date(atMs).toISOString().replace(/[-:T]|\.\d+/g, "");
  return element(TAGS.generalizedTime, Buffer.from(text));
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  const high = [];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) high.unshift((rest & 0x7f) | 0x80);
  return [...high, low];
}

function lengthOf(byteCount: number): Buffer {
  if (byteCount < 0x80) return Buffer.of(byteCount);
  const bytes = bytesOf(byteCount);
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function bytesOf(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
}
