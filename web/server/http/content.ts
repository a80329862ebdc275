import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** Shorter bodies do not get shorter by a compression. */
const LEAST_COMPRESSED_BYTES = 1_024;

/** A body that many may be sent: it is compressed once, and has one tag. */
export class Content {
  readonly type: string;
  readonly bytes: Buffer;
  /** The entity tag, in its quotes. */
  readonly etag: string;
  #compressed: Promise<Buffer> | null = null;

  /** `version` tells contents apart; without one the bytes do. */
  constructor(type: string, text: string | Uint8Array, version?: string) {
    this.type = type;
    this.bytes = Buffer.from(text);
    this.etag = `W/"${version ?? digestOf(this.bytes)}"`;
  }

  /** The compressed body; null if it is too short for that. */
  async compressed(): Promise<Buffer | null> {
    if (this.bytes.length < LEAST_COMPRESSED_BYTES) return null;
    this.#compressed ??= compress(this.bytes);
    return this.#compressed;
  }
}

/** A record as JSON. */
export function jsonContent(record: unknown, version?: string): Content {
  return new Content("application/json; charset=utf-8", JSON.stringify(record), version);
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}
