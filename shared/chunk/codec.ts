import type { ClockReading } from "../clock/clock.ts";
import type { ProbeResult } from "../result/result.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { ByteReader, ByteWriter, ChunkError } from "./bytes.ts";
import { decodeClock, encodeClock } from "./clock-column.ts";
import { COLUMNS, joinColumns, splitColumns } from "./columns.ts";
import { openPayload, sealPayload } from "./frame.ts";
import { SampleReader, SampleWriter } from "./samples.ts";

/** What the probe noticed about itself since its last flush. */
export interface ChunkNotes {
  /** The invocation started a new process. */
  readonly coldStart: boolean;
  /** How often this process or its CPU stalled. */
  readonly stallCount: number;
  /** Checks that were measured again because of that. */
  readonly remeasuredCount: number;
  /** The longest that a scheduled start waited for the pacer. */
  readonly pacingDebtMs: DurationMs;
  /** What it knows of its clock in the minute before; absent if it asks no server. */
  readonly clock?: ClockReading;
}

/** The results of one flush in one lease term. */
export interface Chunk {
  /** Content hash of the bundle that the results' task indexes point into. */
  readonly bundle: string;
  readonly termFromMs: EpochMs;
  readonly notes: ChunkNotes;
  readonly results: readonly ProbeResult[];
}

/** A chunk as it was read: a later version may have written what this one does not know. */
export interface DecodedChunk extends Chunk {
  /** Results with an outcome or a mark that this version does not know, each counted once. */
  readonly notUnderstoodCount: number;
}

/**
 * A chunk as bytes, its results by task and slot. Durations are rounded to the microsecond and
 * starts to the millisecond; slots and the term's start must be whole milliseconds. The same chunk
 * gives the same bytes. Throws a `ChunkError` on a value that a chunk can't hold.
 */
export function encodeChunk(chunk: Chunk): Uint8Array {
  const samples = new SampleWriter(chunk.termFromMs);
  for (const result of chunk.results.toSorted(byTaskAndSlot)) samples.write(result);
  const head: [number, Uint8Array][] = [[COLUMNS.header, encodeHeader(chunk)]];
  if (chunk.notes.clock !== undefined) head.push([COLUMNS.clock, encodeClock(chunk.notes.clock)]);
  return sealPayload(joinColumns([...head, ...samples.columns()]));
}

/**
 * The chunk in these bytes. Throws a `ChunkError` on bytes that are damaged or no chunk. Header
 * fields, columns and marks of a later version are ignored; a new outcome is read as `internal`,
 * which counts against no target.
 */
export function decodeChunk(bytes: Uint8Array): DecodedChunk {
  const columns = splitColumns(openPayload(bytes));
  const { resultCount, notes, ...head } = decodeHeader(columns.get(COLUMNS.header));
  const samples = new SampleReader(columns, head.termFromMs);
  // A count that is too large ends with an error where the columns end.
  const results: ProbeResult[] = [];
  for (let i = 0; i < resultCount; i++) results.push(samples.read());
  samples.expectEnd();
  const clock = columns.get(COLUMNS.clock);
  const allNotes = clock === undefined ? notes : { ...notes, clock: decodeClock(clock) };
  return { ...head, notes: allNotes, results, notUnderstoodCount: samples.notUnderstoodCount };
}

function byTaskAndSlot(a: ProbeResult, b: ProbeResult): number {
  return a.taskIndex - b.taskIndex || a.slotAtMs - b.slotAtMs;
}

/** Append only: readers ignore what follows the fields that they know. */
function encodeHeader({ bundle, termFromMs, notes, results }: Chunk): Uint8Array {
  const header = new ByteWriter();
  header.text(bundle);
  header.varint(termFromMs);
  header.varint(results.length);
  header.byte(notes.coldStart ? 1 : 0);
  header.varint(notes.stallCount);
  header.varint(notes.remeasuredCount);
  header.varint(Math.round(notes.pacingDebtMs * 1_000));
  return header.finish();
}

function decodeHeader(column: Uint8Array | undefined) {
  if (column === undefined) throw new ChunkError("Chunk has no header");
  const header = new ByteReader(column);
  const bundle = header.text();
  const termFromMs = header.varint();
  const resultCount = header.varint();
  const notes = {
    coldStart: header.byte() !== 0,
    stallCount: header.varint(),
    remeasuredCount: header.varint(),
    pacingDebtMs: header.varint() / 1_000,
  };
  return { bundle, termFromMs, resultCount, notes };
}
