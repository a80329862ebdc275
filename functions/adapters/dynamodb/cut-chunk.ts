import { type Chunk, type ChunkNotes, encodeChunk } from "../../../shared/chunk/chunk.ts";
import { type ProbeResult, printDetail } from "../../../shared/result/result.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";

/** DynamoDB takes items of up to 400 KB, keys and attribute names included. */
export const MAX_ITEM_BYTES = 350 * 1_024;

/** Keeps a piece's columns far below what a reader inflates. */
const MAX_PIECE_SAMPLES = 20_000;

/**
 * Details are by far the largest part of what has them. So many characters of them take a tenth of a
 * second to compress, at most: for so long no check of this process has its answer looked at.
 */
const MAX_PIECE_DETAILS = 512 * 1_024;

/** One item's worth of a chunk. */
export interface ChunkPiece {
  /** The part, with the number of the piece if it is not the first. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sampleCount: number;
}

const EMPTY_NOTES: ChunkNotes = {
  coldStart: false,
  stallCount: 0,
  remeasuredCount: 0,
  pacingDebtMs: 0,
};

/**
 * A chunk as items: one, unless it is too large. The first has the notes, so they count once. Each is
 * encoded when it is asked for.
 */
export function* cutChunk(chunk: StoredChunk): Generator<ChunkPiece> {
  let i = 0;
  for (const piece of encodePieces(chunk)) {
    yield { name: i === 0 ? String(chunk.part) : `${chunk.part}.${i}`, ...piece };
    i++;
  }
}

type EncodedPiece = Omit<ChunkPiece, "name">;

function* encodePieces(chunk: Chunk): Generator<EncodedPiece> {
  const sampleCount = chunk.results.length;
  const bytes = mayFit(chunk) ? encodeChunk(chunk) : null;
  if (bytes !== null && bytes.length <= MAX_ITEM_BYTES) yield { bytes, sampleCount };
  else if (sampleCount > 1) for (const half of halve(chunk)) yield* encodePieces(half);
  else yield encodeAlone(chunk);
}

/** Whether it is worth the time to encode it. */
function mayFit({ results }: Chunk): boolean {
  return results.length <= MAX_PIECE_SAMPLES && detailsOf(results) <= MAX_PIECE_DETAILS;
}

function detailsOf(results: readonly ProbeResult[]): number {
  return results.reduce(
    (sum, { detail }) => (detail === null ? sum : sum + printDetail(detail).length),
    0,
  );
}

/** A result that no item can hold loses its detail, but not its verdict and figures. */
function encodeAlone(chunk: Chunk): EncodedPiece {
  const results = chunk.results.map((result) => ({ ...result, detail: null }));
  const bytes = encodeChunk({ ...chunk, results });
  if (bytes.length > MAX_ITEM_BYTES)
    throw new Error(`One sample takes ${bytes.length} bytes, too many to store`);
  return { bytes, sampleCount: results.length };
}

function halve(chunk: Chunk): Chunk[] {
  const middle = Math.ceil(chunk.results.length / 2);
  return [
    { ...chunk, results: chunk.results.slice(0, middle) },
    { ...chunk, results: chunk.results.slice(middle), notes: EMPTY_NOTES },
  ];
}
