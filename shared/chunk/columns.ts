import { ERROR_KINDS, type Outcome } from "../result/result.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { ChunkError } from "./error.ts";

/**
 * Columns of a chunk by their number on the wire; append only. A new one must be such that a
 * reader which skips it is still right: what changes the meaning of others is a new version.
 */
export const COLUMNS = {
  header: 1,
  taskIndex: 2,
  slot: 3,
  lag: 4,
  outcome: 5,
  marks: 6,
  connectTime: 7,
  elapsed: 8,
  dnsTime: 9,
  retransmits: 10,
  addressRef: 11,
  ipv4: 12,
  addressText: 13,
} as const;

export type ColumnName = keyof typeof COLUMNS;

/**
 * Bits of a sample's `marks`; append only. The `has` ones say whether it has a value in that column.
 * A reader ignores a bit that it does not know, so a new one must leave the others' meaning as it is.
 */
export const MARKS = {
  kernelTiming: 1,
  suspect: 2,
  hasConnectTime: 4,
  hasElapsed: 8,
  hasDnsTime: 16,
  hasRetransmits: 32,
  /** Otherwise the address is that of the sample before, if of the same task, else none. */
  hasAddressRef: 64,
} as const;

/** A sample with a larger value has a mark that this version does not know. */
export const ALL_MARKS = 127;

/**
 * Outcomes by their number on the wire: `open`, then the error kinds in their order; append only.
 * A reader takes a number that it does not know for `internal`.
 */
export const OUTCOMES: readonly Outcome[] = [
  "open",
  ...ERROR_KINDS.filter((kind) => kind !== "unexpected_open"),
];

/** Columns one after another, each as number, length, bytes; empty ones are left out. */
export function joinColumns(columns: Iterable<readonly [ColumnName, Uint8Array]>): Uint8Array {
  const payload = new ByteWriter();
  for (const [name, bytes] of columns) {
    if (bytes.length === 0) continue;
    payload.varint(COLUMNS[name]);
    payload.varint(bytes.length);
    payload.bytes(bytes);
  }
  return payload.finish();
}

/** The columns of a payload by number, also those that no one here knows. */
export function splitColumns(payload: Uint8Array): Map<number, Uint8Array> {
  const columns = new Map<number, Uint8Array>();
  const reader = new ByteReader(payload);
  while (reader.remaining > 0) {
    const number = reader.varint();
    if (columns.has(number)) throw new ChunkError(`Chunk has column ${number} twice`);
    columns.set(number, reader.bytes(reader.varint()));
  }
  return columns;
}
