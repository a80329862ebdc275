/** A chunk that can't be read, or can't be written as it is. The message is a fixed sentence. */
export class ChunkError extends Error {
  override readonly name = "ChunkError";
}
