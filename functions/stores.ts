import type { Chunk } from "../shared/chunk.ts";
import type { Bundle, Manifest } from "../shared/plan.ts";
import type { Cover, Lease } from "../shared/slot.ts";
import type { EpochMs } from "../shared/units.ts";

/** A region's plans. Written by plan, read by everyone. */
export interface PlanStore {
  /** Null before the first plan. */
  readManifest(): Promise<Manifest | null>;
  writeManifest(manifest: Manifest): Promise<void>;
  /** Null where no such bundle is stored; throws on one that can't be decoded. */
  readBundle(hash: string): Promise<Bundle | null>;
  /** When the stored bundle expires, or null where there is none. */
  readBundleExpiry(hash: string): Promise<EpochMs | null>;
  writeBundle(hash: string, bundle: Bundle, expiresAtMs: EpochMs): Promise<void>;
}

/** A region's leases. Moved by its probes, read by the aggregator. */
export interface LeaseStore {
  readLease(shard: number): Promise<Lease | null>;
  /** Moves the lease if it is still the one held: exactly one of two rivals gets `moved`. */
  moveLease(shard: number, held: Lease | null, next: Lease): Promise<"moved" | "lost">;
}

/** A chunk as stored: with the place it came from. */
export interface StoredChunk extends Chunk {
  readonly shard: number;
  readonly part: number;
}

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
    coversBegan: Cover,
  ): Promise<{
    readonly chunks: readonly StoredChunk[];
    readonly damaged: readonly DamagedChunk[];
  }>;
}
