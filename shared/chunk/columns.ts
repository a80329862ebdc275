import { ERROR_KINDS, type Outcome } from "../result/result.ts";
import { ByteReader, ByteWriter, ChunkError } from "./bytes.ts";
import { FIGURES } from "./figures.ts";

/**
 * Columns of a chunk by their number on the wire; append only, and those of `FIGURES` are taken. A
 * reader that skips a new column must still be right: what changes the meaning of others is a new
 * version.
 */
export const COLUMNS = {
  header: 1,
  taskIndex: 2,
  slot: 3,
  lag: 4,
  outcome: 5,
  marks: 6,
  addressRef: 11,
  ipv4: 12,
  addressText: 13,
  errorCodeRef: 14,
  errorCodeText: 15,
  detailRef: 16,
  detailText: 17,
  /** Of the chunk as a whole, like the header. */
  clock: 64,
  /** The same: what its slots are expected by; of a chunk of version 2 only. */
  plan: 65,
} as const;

/**
 * Bits of a sample's marks beside those of `FIGURES`; append only. A reader ignores a bit that it
 * does not know, so a new one must leave the meaning of the others as it is.
 */
export const MARKS = {
  kernelTiming: 1,
  suspect: 2,
  /** Without it the address is that of the sample before if that is of the same task, else none. */
  hasAddressRef: 64,
  icmpError: 128,
  closedByPeer: 256,
  hasErrorCode: 512,
  /** A reader that does not know it takes a recheck for a slot's check: see docs/decisions/0029. */
  recheck: 1_024,
  hasDetail: 2_048,
} as const;

/** All marks that this version knows: a sample with a larger value has another one. */
export const ALL_MARKS = [...Object.values(MARKS), ...FIGURES.map(({ mark }) => mark)].reduce(
  (all: number, mark) => all | mark,
  0,
);

/**
 * Outcomes by their number on the wire: `open`, then the error kinds in their order; append only.
 * A reader takes a number that it does not know for `internal`.
 */
export const OUTCOMES: readonly Outcome[] = [
  "open",
  ...ERROR_KINDS.filter((kind) => kind !== "unexpected_open"),
];

/** Columns in the order of their numbers, each as number, length, bytes; empty ones are left out. */
export function joinColumns(columns: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const payload = new ByteWriter();
  for (const [number, bytes] of columns.toSorted(([a], [b]) => a - b)) {
    if (bytes.length === 0) continue;
    payload.varint(number);
    payload.varint(bytes.length);
    payload.bytes(bytes);
  }
  return payload.finish();
}

/** The columns of a payload by number, also those that this version does not know. */
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
