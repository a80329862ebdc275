import { type Chunk, type ChunkNotes, encodeChunk } from "../../../shared/chunk/chunk.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";

/** DynamoDB takes items of up to 400 KB, keys and attribute names included. */
export const MAX_ITEM_BYTES = 350 * 1_024;

/** Keeps a piece's columns far below what a reader inflates. */
const MAX_PIECE_SAMPLES = 20_000;

/** One item's worth of a chunk. */
export interface ChunkPiece {
  /** The part, and the number of the piece where it is not the first. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sampleCount: number;
}

const NOTHING_NOTED: ChunkNotes = {
  coldStart: false,
  stallCount: 0,
  remeasuredCount: 0,
  pacingDebtMs: 0,
};

/** A chunk as items: one, unless it is too large. The notes go with the first, so they count once. */
export function cutChunk(chunk: StoredChunk): ChunkPiece[] {
  return encodePieces(chunk).map(({ bytes, sampleCount }, i) => ({
    name: i === 0 ? String(chunk.part) : `${chunk.part}.${i}`,
    bytes,
    sampleCount,
  }));
}

function encodePieces(chunk: Chunk): { bytes: Uint8Array; sampleCount: number }[] {
  const sampleCount = chunk.results.length;
  if (sampleCount > MAX_PIECE_SAMPLES) return halve(chunk).flatMap(encodePieces);
  const bytes = encodeChunk(chunk);
  if (bytes.length <= MAX_ITEM_BYTES) return [{ bytes, sampleCount }];
  if (sampleCount < 2) throw new Error(`One sample takes ${bytes.length} bytes, too many to store`);
  return halve(chunk).flatMap(encodePieces);
}

function halve(chunk: Chunk): Chunk[] {
  const middle = Math.ceil(chunk.results.length / 2);
  return [
    { ...chunk, results: chunk.results.slice(0, middle) },
    { ...chunk, results: chunk.results.slice(middle), notes: NOTHING_NOTED },
  ];
}
