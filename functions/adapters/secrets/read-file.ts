import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { SecretReference } from "../../../shared/task/task.ts";
import { SecretError } from "../../ports/secret-reader.ts";
import { MOST_SECRET_BYTES } from "./limits.ts";

const DECODER_OPTIONS = { fatal: true, ignoreBOM: true } as const;

/**
 * The text of a file without the end of its last line, which editors add. A path that is not absolute
 * begins at the working directory.
 */
export async function readSecretFile(reference: SecretReference): Promise<string> {
  const path = resolve(reference.slice("file:".length));
  const bytes = await readBytes(path).catch((error: unknown) => {
    throw error instanceof Error ? new SecretError(reference, codeOf(error)) : error;
  });
  if (bytes === null) throw new SecretError(reference, "NOT_A_FILE");
  if (bytes.length > MOST_SECRET_BYTES) throw new SecretError(reference, "TOO_LONG");
  return textOf(reference, bytes).replace(/\r?\n$/, "");
}

/** Null if it is no file, as a pipe, whose reader may wait for ever. */
async function readBytes(path: string): Promise<Buffer | null> {
  if (!(await stat(path)).isFile()) return null;
  const file = await open(path, "r");
  try {
    return await readUpTo(file, MOST_SECRET_BYTES + 1);
  } finally {
    await file.close();
  }
}

async function readUpTo(file: FileHandle, mostBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(mostBytes);
  let byteCount = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, byteCount, mostBytes - byteCount);
    byteCount += bytesRead;
    if (bytesRead === 0 || byteCount === mostBytes) return bytes.subarray(0, byteCount);
  }
}

function textOf(reference: SecretReference, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", DECODER_OPTIONS).decode(bytes);
  } catch {
    throw new SecretError(reference, "NOT_A_TEXT");
  }
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? "NOT_READ";
}
