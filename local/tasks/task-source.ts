import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { noticeSentence, problemSentence } from "../../shared/input/input.ts";
import { readTaskFiles, type TaskFile } from "../../shared/task-file/task-file.ts";
import type { DurationMs, RegionName } from "../../shared/units.ts";
import { cannotRead, explainFileError, reasonOf } from "./file-error.ts";
import { firstSaves, type Sighting, takeLook } from "./saves.ts";

/** A save of the tasks: what they are now, or a sentence why they can't be known. */
export type Save = TaskFile | string;

/** Where the tasks come from. */
export interface TaskSource {
  readonly name: string;
  /** Reads the tasks as they are now; throws FileError if a file cannot be read. */
  read(): TaskFile;
  /** Calls `onSave` for each save since `read`, also one from before this call. */
  watch(onSave: (save: Save) => void): void;
  close(): void;
}

/**
 * A file counts as saved when it has been still for this long. It is looked at again and again,
 * because network file systems announce no changes, and because an editor or a mounted volume may
 * replace the file or what a link leads to.
 */
const LOOK_MS: DurationMs = 500;

/** The tasks of files, which may be edited while they run. */
export function fileSource(
  paths: readonly string[],
  knownRegions: readonly RegionName[],
): TaskSource {
  const closing = new AbortController();
  let first: Sighting = [];
  return {
    name: paths.join(", "),
    read: () => {
      const texts = paths.map((path) =>
        explainFileError(cannotRead(path), () => readFileSync(path)),
      );
      first = texts;
      return tasksIn(paths, texts, knownRegions);
    },
    watch: (onSave) => {
      // A pipe can be read only once.
      if (!paths.every(isRegularFile)) return;
      void followSaves(paths, first, closing.signal, (save) => {
        onSave(troubleIn(paths, save) ?? tasksIn(paths, save, knownRegions));
      });
    },
    close: () => closing.abort(),
  };
}

async function followSaves(
  paths: readonly string[],
  first: Sighting,
  signal: AbortSignal,
  onSave: (save: Sighting) => void,
): Promise<void> {
  let saves = firstSaves(first);
  while (!signal.aborted) {
    const look = takeLook(saves, await Promise.all(paths.map(lookAt)));
    saves = look.saves;
    if (look.save !== null && !signal.aborted) onSave(look.save);
    await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function lookAt(path: string): Promise<Buffer | string> {
  try {
    if (!(await stat(path)).isFile()) return `${cannotRead(path)}: it is not a file`;
    return await readFile(path);
  } catch (error) {
    return `${cannotRead(path)}: ${reasonOf(error) ?? String(error)}`;
  }
}

function isRegularFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Why files say nothing about which tasks are wanted; null if they do. */
function troubleIn(paths: readonly string[], save: Sighting): string | null {
  const unread = save.find((part) => typeof part === "string");
  if (typeof unread === "string") return unread;
  const empty = save.findIndex((part) => part.toString("utf8").trim() === "");
  return empty < 0 ? null : `${paths[empty]} is empty`;
}

function tasksIn(
  paths: readonly string[],
  parts: Sighting,
  knownRegions: readonly RegionName[],
): TaskFile {
  const texts = parts.map((part, i) => ({ file: paths[i] ?? "", text: part.toString("utf8") }));
  return readTaskFiles(texts, { knownRegions, findPatternFault });
}

/** The tasks of a text that never changes. */
export function textSource(
  name: string,
  text: string,
  knownRegions: readonly RegionName[],
): TaskSource {
  return {
    name,
    read: () => readTaskFiles([{ file: name, text }], { knownRegions, findPatternFault }),
    watch: () => undefined,
    close: () => undefined,
  };
}

/** One sentence for each problem and each notice. */
export function findingSentences({ problems, notices }: TaskFile): string[] {
  return [...problems.map(problemSentence), ...notices.map(noticeSentence)];
}
