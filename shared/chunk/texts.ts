import { ByteReader, ByteWriter, ChunkError } from "./bytes.ts";
import { NumberReader, NumberWriter } from "./numbers.ts";

/** Texts are references into a dictionary that grows as they appear: 0 is the next new one, n + 1 the n-th seen. */
const NEXT = 0;
const FIRST_SEEN = 1;

/** Writes texts of which there are few different ones. */
export class TextWriter {
  readonly #refs: NumberWriter;
  readonly #text = new ByteWriter();
  readonly #positions = new Map<string, number>();

  /** `holds` names the references in errors. */
  constructor(holds: string) {
    this.#refs = new NumberWriter(holds);
  }

  write(text: string): void {
    const position = this.#positions.get(text);
    this.#refs.count(position === undefined ? NEXT : FIRST_SEEN + position);
    if (position !== undefined) return;
    this.#positions.set(text, this.#positions.size);
    this.#text.text(text);
  }

  columns() {
    return { refs: this.#refs.finish(), text: this.#text.finish() };
  }
}

/** Reads what a `TextWriter` wrote. */
export class TextReader {
  readonly #refs: NumberReader;
  readonly #text: ByteReader;
  readonly #seen: string[] = [];

  constructor(columns: { refs: Uint8Array; text: Uint8Array }) {
    this.#refs = new NumberReader(columns.refs);
    this.#text = new ByteReader(columns.text);
  }

  read(): string {
    const ref = this.#refs.count();
    if (ref === NEXT) this.#seen.push(this.#text.text());
    const text = ref === NEXT ? this.#seen.at(-1) : this.#seen[ref - FIRST_SEEN];
    if (text === undefined) throw new ChunkError("Chunk refers to a text it does not have");
    return text;
  }

  expectEnd(): void {
    this.#refs.expectEnd();
    this.#text.expectEnd();
  }
}
