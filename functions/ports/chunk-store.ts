import type { Chunk, DecodedChunk } from "../../shared/chunk/chunk.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";

/**
 * The run that has a term numbers its parts from 0, without a gap. What was checked on request has
 * numbers from here on, which say nothing of each other.
 */
export const FIRST_REQUEST_PART = 1_000;

/** A chunk as it is stored: with its shard and its part of the term. */
export interface StoredChunk extends Chunk {
  readonly shard: number;
  readonly part: number;
}

/** A stored chunk that was read back. */
export interface LoadedChunk extends Omit<StoredChunk, "plan">, DecodedChunk {}

/** A stored item that could not be read as a chunk, and why. The other chunks are read. */
export interface DamagedChunk {
  readonly key: string;
  readonly reason: string;
  /** When its lease term began, to the second. */
  readonly beganMs: EpochMs;
}

/** A region's results. Written by its probes, read by everyone. */
export interface ChunkStore {
  /** Idempotent. */
  putChunk(chunk: StoredChunk): Promise<void>;
  /** Reads every chunk of the shard whose term began in the interval, by term and part. */
  readChunks(
    shard: number,
    termsBegan: Interval,
  ): Promise<{
    readonly chunks: readonly LoadedChunk[];
    readonly damaged: readonly DamagedChunk[];
  }>;
}
