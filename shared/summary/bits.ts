/** The longest number in bits: more zeros before a one are damage. */
const MAX_WIDTH = 31;

/**
 * Whole numbers as bits, small ones in few: 0 takes one bit, 1 and 2 take three, 3 to 6 five (Elias
 * gamma code of the number plus one).
 */
export class BitWriter {
  readonly #bytes: number[];
  #free = 0;

  /** The bits may follow whole bytes. */
  constructor(...first: readonly number[]) {
    this.#bytes = [...first];
  }

  /** A whole number from 0, less than 2 ** 31 - 1. */
  whole(value: number): void {
    const code = value + 1;
    const width = 32 - Math.clz32(code);
    for (let i = 1; i < width; i++) this.#bit(0);
    for (let i = width - 1; i >= 0; i--) this.#bit((code >>> i) & 1);
  }

  /** A whole number of either sign (zigzag). */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** The bytes, the last filled up with zeros. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #bit(bit: number): void {
    if (this.#free === 0) {
      this.#bytes.push(0);
      this.#free = 8;
    }
    this.#free--;
    const last = this.#bytes.length - 1;
    this.#bytes[last] = (this.#bytes[last] ?? 0) | (bit << this.#free);
  }
}

/** Reads what a `BitWriter` wrote; returns null if the bytes end or are damaged. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  whole(): number | null {
    let width = 1;
    while (this.#bit() === 0) width++;
    if (width > MAX_WIDTH || this.#at + width - 1 > 8 * this.#bytes.length) return null;
    let code = 1;
    for (let i = 1; i < width; i++) code = 2 * code + this.#bit();
    return code - 1;
  }

  signed(): number | null {
    const value = this.whole();
    if (value === null) return null;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Whether only the zeros are left that fill up the last byte. */
  isAtEnd(): boolean {
    const left = 8 * this.#bytes.length - this.#at;
    if (left < 0 || left > 7) return false;
    for (let i = 0; i < left; i++) if (this.#bit() === 1) return false;
    return true;
  }

  /** Past the end all bits are ones, so that every loop that looks for a one ends. */
  #bit(): number {
    const byte = this.#bytes[this.#at >>> 3] ?? 255;
    return (byte >>> (7 - (this.#at++ & 7))) & 1;
  }
}
