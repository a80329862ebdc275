import { constants, crc32, deflateRawSync, inflateRawSync, type ZlibOptions } from "node:zlib";
import { ChunkError } from "./bytes.ts";

/**
 * | byte | |
 * |---|---|
 * | 0 | version |
 * | 1 | flags: bit 0 compressed (raw DEFLATE, RFC 1951), bits 1–7 reserved, 0 |
 * | 2–5 | CRC-32 over bytes 0, 1 and the payload as stored, little-endian |
 * | 6– | payload |
 */
const FLAG_COMPRESSED = 1;
const CRC_AT = 2;
const PAYLOAD_AT = 6;

/** A smaller payload stays as it is: compression would make it larger. */
const MIN_COMPRESSED_BYTES = 256;

/** More than any chunk that fits an item inflates to: a compression bomb is refused. */
export const MAX_PAYLOAD_BYTES = 8 * 1_024 * 1_024;

/**
 * How a payload may be compressed; the smallest counts. The first is best for texts and for what
 * repeats. The second is for numbers that are much like noise: no short matches, and a new table of codes
 * after each 1,024, so that columns need not share one: a tenth less (`bench/codec.ts`).
 */
const WAYS = [{ level: 9 }, { level: 9, memLevel: 4, strategy: constants.Z_FILTERED }] as const;

/** A larger one has long texts, of which the first way is the best: a second try would only take time. */
const MAX_TRIED_BYTES = 128 * 1_024;

/** What a payload means. Others than chunks have the first. */
export type FrameVersion = 1 | 2;

/** Puts a payload into its frame, compressed if that makes it smaller. */
export function sealPayload(payload: Uint8Array, version: FrameVersion = 1): Uint8Array {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new ChunkError(`Chunk can't hold ${payload.length} bytes, at most ${MAX_PAYLOAD_BYTES}`);
  }
  const packed = pack(payload);
  const body = packed ?? payload;
  const chunk = new Uint8Array(PAYLOAD_AT + body.length);
  chunk[0] = version;
  chunk[1] = packed === null ? 0 : FLAG_COMPRESSED;
  chunk.set(body, PAYLOAD_AT);
  viewOf(chunk).setUint32(CRC_AT, checksum(chunk), true);
  return chunk;
}

/** The version in a frame; null if it is none of these. */
export function versionOf(chunk: Uint8Array, known: readonly FrameVersion[]): FrameVersion | null {
  return known.find((version) => version === chunk[0]) ?? null;
}

/** Takes a payload out of its frame; throws a `ChunkError` on anything that `sealPayload` did not make. */
export function openPayload(chunk: Uint8Array, known: readonly FrameVersion[] = [1]): Uint8Array {
  if (chunk.length < PAYLOAD_AT) throw new ChunkError("Chunk is too short");
  if (versionOf(chunk, known) === null) {
    const all = known.join(", ");
    throw new ChunkError(`Chunk version ${chunk[0]} is not known to this reader (${all})`);
  }
  const flags = chunk[1] ?? 0;
  if (flags > FLAG_COMPRESSED) throw new ChunkError(`Chunk flags ${flags} are not known`);
  if (viewOf(chunk).getUint32(CRC_AT, true) !== checksum(chunk)) {
    throw new ChunkError("Chunk is damaged: its checksum differs");
  }
  const body = chunk.subarray(PAYLOAD_AT);
  return flags === FLAG_COMPRESSED ? unpack(body) : body;
}

function pack(payload: Uint8Array): Uint8Array | null {
  if (payload.length < MIN_COMPRESSED_BYTES) return null;
  const ways: readonly ZlibOptions[] = payload.length > MAX_TRIED_BYTES ? WAYS.slice(0, 1) : WAYS;
  return ways.reduce<Uint8Array | null>((smallest, way) => {
    const packed = deflateRawSync(payload, way);
    return packed.length < (smallest ?? payload).length ? packed : smallest;
  }, null);
}

function unpack(body: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(body, { maxOutputLength: MAX_PAYLOAD_BYTES });
  } catch (error) {
    throw new ChunkError("Chunk can't be inflated", { cause: error });
  }
}

// The first two bytes too: a flipped "compressed" must not be read as a correct payload.
function checksum(chunk: Uint8Array): number {
  return crc32(chunk.subarray(PAYLOAD_AT), crc32(chunk.subarray(0, CRC_AT)));
}

function viewOf(chunk: Uint8Array): DataView {
  return new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
