import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Throws if so many bytes can't be written into a folder. It creates the folder, but not its parents. */
export async function findRoom(folder: string, bytes: number): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const path = join(folder, "room");
  try {
    await writeFile(path, Buffer.alloc(bytes), { mode: 0o600, flush: true });
  } finally {
    await rm(path, { force: true });
  }
}
