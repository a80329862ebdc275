export { ByteReader, ByteWriter, ChunkError } from "./bytes.ts";
export {
  type Chunk,
  type ChunkNotes,
  type DecodedChunk,
  decodeChunk,
  encodeChunk,
  needsBundle,
} from "./codec.ts";
export { COLUMNS, joinColumns, OUTCOMES, splitColumns } from "./columns.ts";
export { FIGURES } from "./figures.ts";
export { openPayload, sealPayload } from "./frame.ts";
export { NumberReader, NumberWriter } from "./numbers.ts";
export type { SlotPlan } from "./planned-slots.ts";
