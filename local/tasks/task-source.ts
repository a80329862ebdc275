import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { noticeSentence, problemSentence } from "../../shared/input/input.ts";
import {
  type FileContext,
  readTaskFiles,
  type TaskFile,
} from "../../shared/task-file/task-file.ts";
import type { DurationMs, RegionName } from "../../shared/units.ts";
import { firstSaves, type Sighting, takeLook } from "./saves.ts";
import { readFiles, sightFiles } from "./sight-files.ts";

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

/** What is known where the tasks are read. */
export type SourceContext = Required<Pick<FileContext, "knownRegions" | "environment">>;

/** The tasks of files and of the files in folders, which may be edited while they run. */
export function fileSource(paths: readonly string[], context: SourceContext): TaskSource {
  const closing = new AbortController();
  let first: Sighting = new Map();
  return {
    name: paths.join(", "),
    read: () => {
      const texts = readFiles(paths);
      first = texts;
      return tasksIn(texts, context);
    },
    watch: (onSave) => {
      // A pipe can be read only once.
      if (!paths.every(isLasting)) return;
      void followSaves(paths, first, closing.signal, (save) => {
        onSave(troubleIn(save) ?? tasksIn(save, context));
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
    const look = takeLook(saves, await sightFiles(paths));
    saves = look.saves;
    if (look.save !== null && !signal.aborted) onSave(look.save);
    await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function isLasting(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.isFile() || found.isDirectory();
}

/** Why files say nothing about which tasks are wanted; null if they do. */
function troubleIn(save: Sighting): string | null {
  const unread = [...save.values()].find((part) => typeof part === "string");
  if (typeof unread === "string") return unread;
  const empty = [...save].find(([, part]) => part.toString("utf8").trim() === "");
  return empty === undefined ? null : `${empty[0]} is empty`;
}

function tasksIn(parts: Sighting, context: SourceContext): TaskFile {
  const texts = [...parts].map(([file, part]) => ({ file, text: part.toString("utf8") }));
  return readTaskFiles(texts, { ...context, findPatternFault });
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
