import {
  ByteReader,
  ByteWriter,
  joinColumns,
  NumberReader,
  NumberWriter,
} from "../../chunk/chunk.ts";

/** Columns by their number; append only: a reader ignores those that it does not know. */
const COLUMNS = {
  header: 1,
  start: 2,
  length: 3,
  rev: 4,
  isComplete: 5,
  about: 6,
  hasRegion: 7,
  form: 8,
  counts: 9,
  times: 10,
  average: 11,
  least: 12,
  greatest: 13,
  ranks: 14,
  deviation: 15,
  places: 16,
  rest: 17,
  text: 18,
  mergeableLength: 19,
  mergeable: 20,
} as const;

type NumberColumn = Exclude<keyof typeof COLUMNS, "header" | "text" | "mergeable">;

const NUMBER_COLUMNS = Object.keys(COLUMNS).filter(
  (name): name is NumberColumn => !["header", "text", "mergeable"].includes(name),
);

/** Collects the columns: numbers, texts of which there are few different ones, and bytes. */
export class ColumnWriter {
  readonly header = new ByteWriter();
  readonly #numbers = new Map(NUMBER_COLUMNS.map((name) => [name, new NumberWriter(name)]));
  readonly #text = new ByteWriter();
  readonly #known = new Map<string, number>();
  readonly #bytes = new ByteWriter();

  count(column: NumberColumn, value: number): void {
    this.#numbers.get(column)?.count(value);
  }

  signed(column: NumberColumn, value: number): void {
    this.#numbers.get(column)?.signed(value);
  }

  /** As its position among the texts so far; 0 for a new one. */
  text(column: NumberColumn, text: string): void {
    const position = this.#known.get(text);
    this.count(column, position ?? 0);
    if (position !== undefined) return;
    this.#known.set(text, this.#known.size + 1);
    this.#text.text(text);
  }

  bytes(bytes: Uint8Array): void {
    this.count("mergeableLength", bytes.length);
    this.#bytes.bytes(bytes);
  }

  finish(): Uint8Array {
    const numbers = [...this.#numbers].map(
      ([name, column]) => [COLUMNS[name], column.finish()] as const,
    );
    return joinColumns([
      [COLUMNS.header, this.header.finish()],
      ...numbers,
      [COLUMNS.text, this.#text.finish()],
      [COLUMNS.mergeable, this.#bytes.finish()],
    ]);
  }
}

/** Reads what a `ColumnWriter` wrote; throws if a column ends too early. */
export class ColumnReader {
  readonly header: ByteReader;
  readonly #numbers: ReadonlyMap<NumberColumn, NumberReader>;
  readonly #text: ByteReader;
  readonly #known: string[] = [];
  readonly #bytes: ByteReader;

  constructor(columns: ReadonlyMap<number, Uint8Array>) {
    const column = (number: number) => columns.get(number) ?? new Uint8Array();
    this.header = new ByteReader(column(COLUMNS.header));
    this.#numbers = new Map(
      NUMBER_COLUMNS.map((name) => [name, new NumberReader(column(COLUMNS[name]))]),
    );
    this.#text = new ByteReader(column(COLUMNS.text));
    this.#bytes = new ByteReader(column(COLUMNS.mergeable));
  }

  count(column: NumberColumn): number {
    return this.#numbers.get(column)?.count() ?? 0;
  }

  signed(column: NumberColumn): number {
    return this.#numbers.get(column)?.signed() ?? 0;
  }

  text(column: NumberColumn): string {
    const position = this.count(column);
    if (position === 0) this.#known.push(this.#text.text());
    const text = position === 0 ? this.#known.at(-1) : this.#known[position - 1];
    if (text === undefined) throw new Error("Packed summaries refer to a text they do not have");
    return text;
  }

  bytes(): Uint8Array {
    return this.#bytes.bytes(this.count("mergeableLength"));
  }
}
