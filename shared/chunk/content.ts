import type { ProbeResult } from "../result/result.ts";
import type { DurationMs, EpochMs } from "../units.ts";

/** What the probe noticed about itself since its last flush. */
export interface ChunkNotes {
  /** The cover's invocation started a new process. */
  readonly coldStart: boolean;
  /** Times that this process or its CPU stood still. */
  readonly stallCount: number;
  /** Checks measured again because of that. */
  readonly remeasuredCount: number;
  /** The longest that a due start had to wait for its turn. */
  readonly pacingDebtMs: DurationMs;
}

/** The results of one flush of one cover. */
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
