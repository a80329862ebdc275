import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FILES = [
  ...["runtime.json", "fleet.json", "log.jsonl", "log.jsonl.1", "alerts.jsonl"],
  "notify.jsonl",
];
const FOLDERS = ["database", "lock"];

/** What LevelDB calls its files: the folder of another program may have one of these names too. */
const OF_LEVELDB = /^(\d+\.(ldb|sst|log|dbtmp)|CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+)$/;

/** What is not there, and what belongs to another user or is on a read-only disk, stays as it is. */
const LEFT_AS_THEY_ARE = ["ENOENT", "ENOTDIR", "EPERM", "EACCES", "EROFS"];

/**
 * Makes the files of the data in `dir` readable for their owner only, those that are there and those
 * that this process will create. The folder itself may be one that others use too.
 */
export function keepPrivate(dir: string): void {
  process.umask(0o077);
  for (const name of FILES) tolerate(() => chmodSync(join(dir, name), 0o600));
  for (const name of FOLDERS) tolerate(() => keepFolderPrivate(join(dir, name)));
}

function keepFolderPrivate(folder: string): void {
  const names = readdirSync(folder);
  if (!names.every((name) => OF_LEVELDB.test(name))) return;
  chmodSync(folder, 0o700);
  for (const name of names) tolerate(() => chmodSync(join(folder, name), 0o600));
}

function tolerate(attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    if (!LEFT_AS_THEY_ARE.includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
