import { readdirSync, readFileSync, statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { EMPTY_FOLDER, taskFileNames } from "../../shared/task-file/task-file.ts";
import { cannotRead, explainFileError, FileError, reasonOf } from "./file-error.ts";
import type { Sighting } from "./saves.ts";

/** Reads files and the files of folders once; throws FileError if one cannot be read. */
export function readFiles(paths: readonly string[]): ReadonlyMap<string, Buffer> {
  const files = paths.flatMap((path) =>
    explainFileError(cannotRead(path), () => {
      if (!statSync(path).isDirectory()) return [path];
      const names = namesIn(readdirSync(path, { withFileTypes: true }));
      if (names.length === 0) throw new FileError(emptyFolder(path));
      return names.map((name) => join(path, name));
    }),
  );
  return new Map(
    files.map((path) => [path, explainFileError(cannotRead(path), () => readFileSync(path))]),
  );
}

/** Looks at files and folders as they are now. What cannot be read is a sentence in its place. */
export async function sightFiles(paths: readonly string[]): Promise<Sighting> {
  const sights = await Promise.all(paths.map(sightPath));
  return new Map(sights.flat());
}

type Sight = readonly [path: string, content: Buffer | string];

async function sightPath(path: string): Promise<readonly Sight[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [[path, await sightFile(path)]];
    const names = namesIn(await readdir(path, { withFileTypes: true }));
    if (names.length === 0) return [[path, emptyFolder(path)]];
    const files = names.map((name) => join(path, name));
    return await Promise.all(files.map(async (file) => [file, await sightFile(file)] as const));
  } catch (error) {
    return [[path, unreadable(path, error)]];
  }
}

async function sightFile(path: string): Promise<Buffer | string> {
  try {
    if (!(await stat(path)).isFile()) return `${cannotRead(path)}: it is not a file`;
    return await readFile(path);
  } catch (error) {
    return unreadable(path, error);
  }
}

/** Links may lead to files, as those of a mounted volume do. */
function namesIn(entries: readonly { name: string; isDirectory(): boolean }[]): string[] {
  return taskFileNames(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
}

function unreadable(path: string, error: unknown): string {
  return `${cannotRead(path)}: ${reasonOf(error) ?? String(error)}`;
}

function emptyFolder(path: string): string {
  return `The folder ${path} ${EMPTY_FOLDER}`;
}
