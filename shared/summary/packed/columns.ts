import {
  ByteReader,
  ByteWriter,
  joinColumns,
  NumberReader,
  NumberWriter,
} from "../../chunk/chunk.ts";
import { decodeNumbers, encodeNumbers } from "./coded-numbers.ts";

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
  /** All columns of numbers; other formats have them by themselves, as varints. */
  coded: 21,
} as const;

type NumberColumn = Exclude<keyof typeof COLUMNS, "header" | "text" | "mergeable" | "coded">;

const NUMBER_COLUMNS = Object.keys(COLUMNS).filter(
  (name): name is NumberColumn => !["header", "text", "mergeable", "coded"].includes(name),
);

/** Numbers of a figure stand together: every so manieth of the column is alike. */
const PERIODS: Partial<Record<NumberColumn, number>> = { counts: 5, ranks: 3, places: 3 };

/** Collects the columns: numbers, texts of which there are few different ones, and bytes. */
export class ColumnWriter {
  readonly header = new ByteWriter();
  readonly #numbers = new Map(NUMBER_COLUMNS.map((name): [NumberColumn, number[]] => [name, []]));
  readonly #text = new ByteWriter();
  readonly #known = new Map<string, number>();
  readonly #bytes = new ByteWriter();

  count(column: NumberColumn, value: number): void {
    this.#numbers.get(column)?.push(value);
  }

  /** A number of either sign, zigzag: small ones stay short. */
  signed(column: NumberColumn, value: number): void {
    this.count(column, value < 0 ? -2 * value - 1 : 2 * value);
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

  /** Each column of numbers by itself: quick to read, and small where many rows are alike. */
  finish(): Uint8Array {
    return this.#join(
      [...this.#numbers].map(([name, values]) => {
        const column = new NumberWriter(name);
        for (const value of values) column.count(value);
        return [COLUMNS[name], column.finish()] as const;
      }),
    );
  }

  /** All numbers coded together: smaller where they are much like noise, as times are. */
  finishCoded(): Uint8Array {
    const numbers = [...this.#numbers].map(([name, values]) => ({
      period: PERIODS[name] ?? 1,
      values,
    }));
    return this.#join([[COLUMNS.coded, encodeNumbers(numbers)]]);
  }

  #join(numbers: readonly (readonly [number, Uint8Array])[]): Uint8Array {
    return joinColumns([
      [COLUMNS.header, this.header.finish()],
      ...numbers,
      [COLUMNS.text, this.#text.finish()],
      [COLUMNS.mergeable, this.#bytes.finish()],
    ]);
  }
}

type Numbers = Pick<NumberReader, "count" | "signed">;

class CodedReader implements Numbers {
  readonly #values: Float64Array;
  #at = 0;

  constructor(values: Float64Array) {
    this.#values = values;
  }

  count(): number {
    const value = this.#values[this.#at++];
    if (value === undefined) throw new Error("A column of packed summaries ends too early");
    return value;
  }

  signed(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Reads what a `ColumnWriter` wrote; throws if a column ends too early. */
export class ColumnReader {
  readonly header: ByteReader;
  readonly #numbers: ReadonlyMap<NumberColumn, Numbers>;
  readonly #text: ByteReader;
  readonly #known: string[] = [];
  readonly #bytes: ByteReader;

  constructor(columns: ReadonlyMap<number, Uint8Array>) {
    const column = (number: number) => columns.get(number) ?? new Uint8Array();
    this.header = new ByteReader(column(COLUMNS.header));
    const coded = columns.get(COLUMNS.coded);
    const numbers =
      coded === undefined
        ? null
        : decodeNumbers(
            coded,
            NUMBER_COLUMNS.map((name) => PERIODS[name] ?? 1),
          );
    this.#numbers = new Map(
      NUMBER_COLUMNS.map((name, i) => [
        name,
        numbers === null
          ? new NumberReader(column(COLUMNS[name]))
          : new CodedReader(numbers[i] ?? new Float64Array()),
      ]),
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
