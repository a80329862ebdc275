import type { ProbeResult } from "../result/result.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { COLUMNS, joinColumns, splitColumns } from "./columns.ts";
import type { Chunk, DecodedChunk } from "./content.ts";
import { ChunkError } from "./error.ts";
import { openPayload, sealPayload } from "./frame.ts";
import { SampleReader } from "./read-samples.ts";
import { SampleWriter } from "./write-samples.ts";

/**
 * A chunk as bytes, its results by task and slot. Durations are rounded to the microsecond and
 * starts to the millisecond; slots and the cover must be whole milliseconds. The same chunk gives
 * the same bytes. Throws a `ChunkError` on a value that has no place in one.
 */
export function encodeChunk(chunk: Chunk): Uint8Array {
  const samples = new SampleWriter(chunk.termFromMs);
  for (const result of chunk.results.toSorted(byTaskAndSlot)) samples.write(result);
  return sealPayload(joinColumns([["header", encodeHeader(chunk)], ...samples.columns()]));
}

/**
 * The chunk in these bytes. Throws a `ChunkError` on any others: it never reads a wrong one.
 * What a later version adds is read as far as it is known: header fields and columns that are new
 * are ignored, and so are new marks; a new outcome is read as `internal`, which blames no target.
 */
export function decodeChunk(bytes: Uint8Array): DecodedChunk {
  const columns = splitColumns(openPayload(bytes));
  const { resultCount, ...head } = decodeHeader(columns.get(COLUMNS.header));
  const samples = new SampleReader(columns, head.termFromMs);
  // A false count ends with the columns: it can't make the reader run on.
  const results: ProbeResult[] = [];
  for (let i = 0; i < resultCount; i++) results.push(samples.read());
  samples.expectEnd();
  return { ...head, results, notUnderstoodCount: samples.notUnderstoodCount };
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
