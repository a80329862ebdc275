import { ByteReader, ByteWriter, ChunkError } from "./bytes.ts";
import { NumberReader, NumberWriter } from "./numbers.ts";

/**
 * Addresses are references into a dictionary that grows as they appear: 0 is none, 1 the next new
 * IPv4 address, 2 the next new text (IPv6 and any other), 3 + n the n-th of those seen so far.
 */
const NONE = 0;
const NEXT_IPV4 = 1;
const NEXT_TEXT = 2;
const FIRST_SEEN = 3;

const OCTETS = [0, 1, 2, 3] as const;

/** Writes addresses as references and a dictionary. */
export class AddressWriter {
  readonly #refs = new NumberWriter("address reference");
  readonly #ipv4: string[][] = [];
  readonly #text = new ByteWriter();
  readonly #positions = new Map<string, number>();

  write(address: string | null): void {
    this.#refs.count(this.#refFor(address));
  }

  columns() {
    const ipv4 = new ByteWriter();
    // All first octets, then all second ones: addresses of one network have the same first ones.
    for (const octet of OCTETS) for (const octets of this.#ipv4) ipv4.byte(Number(octets[octet]));
    return { refs: this.#refs.finish(), ipv4: ipv4.finish(), text: this.#text.finish() };
  }

  #refFor(address: string | null): number {
    if (address === null) return NONE;
    const position = this.#positions.get(address);
    if (position !== undefined) return FIRST_SEEN + position;
    this.#positions.set(address, this.#positions.size);
    const octets = address.split(".");
    if (isIpv4(octets)) {
      this.#ipv4.push(octets);
      return NEXT_IPV4;
    }
    this.#text.text(address);
    return NEXT_TEXT;
  }
}

/** Four octets without leading zeros: any other spelling would be read back differently. */
function isIpv4(octets: readonly string[]): boolean {
  return octets.length === 4 && octets.every((octet) => String(Number(octet) & 255) === octet);
}

/** Reads what an `AddressWriter` wrote. */
export class AddressReader {
  readonly #refs: NumberReader;
  readonly #ipv4: Uint8Array;
  readonly #text: ByteReader;
  readonly #seen: string[] = [];
  #ipv4Count = 0;

  constructor(columns: { refs: Uint8Array; ipv4: Uint8Array; text: Uint8Array }) {
    this.#refs = new NumberReader(columns.refs);
    this.#ipv4 = columns.ipv4;
    this.#text = new ByteReader(columns.text);
  }

  read(): string | null {
    const ref = this.#refs.count();
    if (ref === NONE) return null;
    if (ref >= FIRST_SEEN) return this.#again(ref - FIRST_SEEN);
    const address = ref === NEXT_TEXT ? this.#text.text() : this.#nextIpv4();
    this.#seen.push(address);
    return address;
  }

  expectEnd(): void {
    this.#refs.expectEnd();
    this.#text.expectEnd();
    if (this.#ipv4Count * OCTETS.length !== this.#ipv4.length) {
      throw new ChunkError("Chunk has IPv4 addresses that nothing refers to");
    }
  }

  #again(position: number): string {
    const address = this.#seen[position];
    if (address === undefined) throw new ChunkError("Chunk refers to an address it does not have");
    return address;
  }

  #nextIpv4(): string {
    const at = this.#ipv4Count++;
    const count = this.#ipv4.length / OCTETS.length;
    if (at >= count) throw new ChunkError("Chunk refers to an address it does not have");
    const octet = (which: (typeof OCTETS)[number]) => this.#ipv4[which * count + at];
    return `${octet(0)}.${octet(1)}.${octet(2)}.${octet(3)}`;
  }
}
