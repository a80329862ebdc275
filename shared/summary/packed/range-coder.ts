/**
 * A binary range coder with adaptive probabilities, as LZMA has it: a bit costs as much as it is
 * unexpected. Writer and reader compute in whole numbers only, so every machine does the same.
 */

/** A bit is a zero with so many of 2^16; the probability follows the bits that came, the first ones faster. */
export interface Chances {
  readonly zero: Uint16Array;
  readonly seen: Uint8Array;
}

const ONE = 2 ** 16;
const SLOWEST = 5;
const LEAST_RANGE = 2 ** 24;
const WORD = 2 ** 32;

/** The first bits say more than the later ones. */
const RATES = [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4];

/** So many probabilities, each even at first. */
export function evenChances(count: number): Chances {
  return { zero: new Uint16Array(count).fill(ONE / 2), seen: new Uint8Array(count) };
}

function adapt({ zero, seen }: Chances, at: number, bit: number): void {
  const chance = zero[at] ?? 0;
  const count = seen[at] ?? 0;
  const rate = RATES[count] ?? SLOWEST;
  zero[at] = bit === 0 ? chance + ((ONE - chance) >> rate) : chance - (chance >> rate);
  if (count < RATES.length) seen[at] = count + 1;
}

/** Writes bits. */
export class BitEncoder {
  readonly #bytes: number[] = [];
  #low = 0;
  #range = WORD - 1;
  #held = 0;
  #heldCount = 0;
  #isFirst = true;

  bit(chances: Chances, at: number, bit: number): void {
    const bound = (this.#range >>> 16) * (chances.zero[at] ?? 0);
    this.#narrow(bit, bound);
    adapt(chances, at, bit);
  }

  /** Bits that are as likely as not, the highest first. */
  even(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.#narrow(Math.floor(value / 2 ** i) % 2, this.#range >>> 1);
    }
  }

  #narrow(bit: number, bound: number): void {
    if (bit === 0) this.#range = bound;
    else {
      this.#low += bound;
      this.#range -= bound;
    }
    while (this.#range < LEAST_RANGE) {
      this.#range = (this.#range << 8) >>> 0;
      this.#shift();
    }
  }

  /** A byte is held while a carry may still change it. */
  #shift(): void {
    if (this.#low < 0xff000000 || this.#low >= WORD) {
      const carry = this.#low >= WORD ? 1 : 0;
      if (!this.#isFirst) this.#bytes.push((this.#held + carry) & 255);
      this.#isFirst = false;
      for (; this.#heldCount > 0; this.#heldCount--) this.#bytes.push((255 + carry) & 255);
      this.#held = Math.floor(this.#low / LEAST_RANGE) & 255;
    } else this.#heldCount++;
    this.#low = (this.#low % LEAST_RANGE) * 256;
  }

  /** The bytes; zeros at their end are left out. */
  finish(): Uint8Array {
    for (let i = 0; i < 5; i++) this.#shift();
    while (this.#bytes.at(-1) === 0) this.#bytes.pop();
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads the bits that a `BitEncoder` wrote, with the same probabilities in the same order. */
export class BitDecoder {
  readonly #bytes: Uint8Array;
  #at = 0;
  #code = 0;
  #range = WORD - 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#code = this.#code * 256 + this.#next();
  }

  bit(chances: Chances, at: number): number {
    const bit = this.#narrow((this.#range >>> 16) * (chances.zero[at] ?? 0));
    adapt(chances, at, bit);
    return bit;
  }

  even(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.#narrow(this.#range >>> 1);
    return value;
  }

  #narrow(bound: number): number {
    const bit = this.#code < bound ? 0 : 1;
    if (bit === 0) this.#range = bound;
    else {
      this.#code -= bound;
      this.#range -= bound;
    }
    while (this.#range < LEAST_RANGE) {
      this.#range = (this.#range << 8) >>> 0;
      this.#code = ((this.#code << 8) >>> 0) + this.#next();
    }
    return bit;
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }
}
