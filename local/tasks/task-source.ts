import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { noticeSentence, problemSentence } from "../../shared/input/input.ts";
import { readTaskFiles, type TaskFile } from "../../shared/task-file/task-file.ts";
import type { RegionName } from "../../shared/units.ts";

/** Where the tasks come from. */
export interface TaskSource {
  readonly name: string;
  /** Reads the tasks as they are now. */
  read(): TaskFile;
  /** Calls `onChange` when the tasks may have changed. */
  watch(onChange: () => void): void;
  close(): void;
}

const POLL_MS = 2_000;

/** The tasks of a file, which may be edited while they run. */
export function fileSource(path: string, regions: readonly RegionName[]): TaskSource {
  const onChange = { call: (): void => undefined };
  const listener = (now: { mtimeMs: number }): void => {
    // Some editors replace the file, and for a moment there is none.
    if (now.mtimeMs !== 0) onChange.call();
  };
  return {
    name: path,
    read: () => readTaskFiles([{ file: path, text: readFileSync(path, "utf8") }], regions),
    watch: (callback) => {
      onChange.call = callback;
      watchFile(path, { interval: POLL_MS, persistent: false }, listener);
    },
    close: () => unwatchFile(path, listener),
  };
}

/** The tasks of a text that never changes. */
export function textSource(name: string, text: string, regions: readonly RegionName[]): TaskSource {
  return {
    name,
    read: () => readTaskFiles([{ file: name, text }], regions),
    watch: () => undefined,
    close: () => undefined,
  };
}

/** One sentence for each problem and each notice. */
export function findingSentences({ problems, notices }: TaskFile): string[] {
  return [...problems.map(problemSentence), ...notices.map(noticeSentence)];
}
