import { readdirSync } from "node:fs";
import { RUNTIME_FILE } from "./runtime-file.ts";

/** The folder whose lock tells that a process has the data. */
export const LOCK_FOLDER = "lock";

/** What the folder of local data has, of which one is there as soon as a fleet or a command used it. */
const OWN_ENTRIES = [LOCK_FOLDER, "database", RUNTIME_FILE];

/**
 * Whether a folder holds local data, or nothing yet. A command must not make a database in a folder
 * that belongs to something else.
 */
export function isDataDir(dir: string): boolean {
  const entries = entriesOf(dir);
  if (entries === null) return false;
  return entries.length === 0 || OWN_ENTRIES.some((name) => entries.includes(name));
}

function entriesOf(dir: string): string[] | null {
  try {
    return readdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
