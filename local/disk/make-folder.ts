import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

const MODE = 0o700;

/**
 * Creates a folder, and the folders above it that are missing; one that is there stays as it is. Throws
 * the error of the file system, with the code `ENOTSUP` if the place takes no folders at all, as in
 * `/proc`: there Node's own recursive `mkdir` never returns, because the answer is ENOENT each time.
 */
export function makeFolder(path: string): void {
  if (attempt(path)) return;
  makeFolder(dirname(path));
  if (attempt(path)) return;
  throw Object.assign(new Error(`ENOTSUP: no folder can be made there, mkdir '${path}'`), {
    code: "ENOTSUP",
    syscall: "mkdir",
  });
}

/** False if the folder above is missing, or if the system says so. */
function attempt(path: string): boolean {
  try {
    mkdirSync(path, { mode: MODE });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && isFolder(path)) return true;
    if (code === "ENOENT" && dirname(path) !== path) return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
