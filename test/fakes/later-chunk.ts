import {
  ByteWriter,
  type Chunk,
  COLUMNS,
  encodeChunk,
  NumberReader,
  NumberWriter,
  openPayload,
  sealPayload,
  splitColumns,
} from "../../shared/chunk/chunk.ts";

/** What a later version writes that this one does not know. */
export interface Later {
  /** Outcome numbers on the wire, by the place of their sample. */
  readonly outcomes?: ReadonlyMap<number, number>;
  /** Bits added to a sample's marks, by the place of their sample. */
  readonly marks?: ReadonlyMap<number, number>;
  /** Bytes that follow the known fields of the header. */
  readonly headerEnd?: readonly number[];
  /** Columns by their number. */
  readonly columns?: ReadonlyMap<number, Uint8Array>;
}

/** The bytes of a chunk with its slots, whose results stand by task and slot, as a later version writes it. */
export function encodeLaterChunk({ plan, ...chunk }: Chunk, later: Later): Uint8Array {
  const columns = columnsOf(encodeChunk(chunk));
  const count = chunk.results.length;
  const { outcomes = new Map(), marks = new Map() } = later;
  rewriteNumbers(
    columns,
    { number: COLUMNS.outcome, count },
    (code, at) => outcomes.get(at) ?? code,
  );
  rewriteNumbers(
    columns,
    { number: COLUMNS.marks, count },
    (mark, at) => mark + (marks.get(at) ?? 0),
  );
  const header = columns.get(COLUMNS.header) ?? new Uint8Array(0);
  columns.set(COLUMNS.header, Uint8Array.of(...header, ...(later.headerEnd ?? [])));
  for (const [number, bytes] of later.columns ?? []) columns.set(number, bytes);
  return sealColumns(columns);
}

/** The columns in a chunk's bytes, by their number. */
export function columnsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  return splitColumns(openPayload(bytes));
}

/** A chunk's bytes with these columns, in their order, each as often as it is given. */
export function sealColumns(columns: Iterable<readonly [number, Uint8Array]>): Uint8Array {
  const payload = new ByteWriter();
  for (const [number, bytes] of columns) {
    payload.varint(number);
    payload.varint(bytes.length);
    payload.bytes(bytes);
  }
  return sealPayload(payload.finish());
}

/** The numbers of a column that has one for each sample. */
export function numbersIn(column: Uint8Array | undefined, count: number): number[] {
  const reader = new NumberReader(column ?? new Uint8Array(0));
  return Array.from({ length: count }, () => reader.count());
}

function rewriteNumbers(
  columns: Map<number, Uint8Array>,
  { number, count }: { readonly number: number; readonly count: number },
  rewrite: (value: number, at: number) => number,
): void {
  if (count === 0) return;
  const writer = new NumberWriter("test");
  for (const value of numbersIn(columns.get(number), count).map(rewrite)) writer.count(value);
  columns.set(number, writer.finish());
}
