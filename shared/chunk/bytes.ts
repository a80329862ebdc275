/** A chunk that can't be read, or that can't be written as it is. The message is a fixed sentence. */
export class ChunkError extends Error {
  override readonly name = "ChunkError";
}

const FIRST_SIZE = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Collects bytes; whole numbers and texts as varints and UTF-8. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #length = 0;

  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#makeRoom(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** A whole number from 0, seven bits a byte, the lowest first; the top bit says that more follow. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new ChunkError(`Chunk can't hold ${value}`);
    let rest = value;
    while (rest > 127) {
      this.byte(128 + (rest % 128));
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  text(value: string): void {
    if (!value.isWellFormed()) throw new ChunkError(`Chunk can't hold text ${value}`);
    const bytes = encoder.encode(value);
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #makeRoom(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what a `ByteWriter` wrote, and never past its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new ChunkError("Chunk column ends too early");
    return value;
  }

  bytes(count: number): Uint8Array {
    if (count > this.remaining) throw new ChunkError("Chunk column ends too early");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw new ChunkError("Chunk number is too large");
  }

  text(): string {
    const bytes = this.bytes(this.varint());
    try {
      return decoder.decode(bytes);
    } catch {
      throw new ChunkError("Chunk text is not UTF-8");
    }
  }

  /** Throws if bytes are left: every byte must have a meaning. */
  expectEnd(): void {
    if (this.remaining > 0) throw new ChunkError("Chunk column goes on after its last value");
  }
}
