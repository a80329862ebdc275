import type { Chunk, DecodedChunk } from "../../shared/chunk/chunk.ts";
import type { Interval } from "../../shared/slot/slot.ts";

/** A chunk as stored: with the place it came from. */
export interface StoredChunk extends Chunk {
  readonly shard: number;
  readonly part: number;
}

/** A stored chunk as it was read back. */
export interface LoadedChunk extends StoredChunk, DecodedChunk {}

/** A stored item that could not be read as a chunk, and why. It hides nothing but itself. */
export interface DamagedChunk {
  readonly key: string;
  readonly reason: string;
}

/** A region's results. Written by its probes, read by everyone. */
export interface ChunkStore {
  /** Lands on itself when written again. */
  putChunk(chunk: StoredChunk): Promise<void>;
  /** Every chunk of covers that began in the span, in order of cover and part. */
  readChunks(
    shard: number,
    termsBegan: Interval,
  ): Promise<{
    readonly chunks: readonly LoadedChunk[];
    readonly damaged: readonly DamagedChunk[];
  }>;
}
