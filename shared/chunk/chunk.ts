export { ByteWriter } from "./bytes.ts";
export { decodeChunk, encodeChunk } from "./codec.ts";
export { COLUMNS, OUTCOMES, splitColumns } from "./columns.ts";
export type { Chunk, ChunkNotes, DecodedChunk } from "./content.ts";
export { ChunkError } from "./error.ts";
export { openPayload, sealPayload } from "./frame.ts";
export { NumberReader, NumberWriter } from "./numbers.ts";
