import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { noticeSentence, problemSentence } from "../shared/problem.ts";
import type { Task } from "../shared/task.ts";
import { readTaskFile } from "../shared/task-file.ts";
import type { RegionName } from "../shared/units.ts";

/** What a tasks file says now. */
export interface ReadTasks {
  readonly tasks: readonly Task[];
  /** Names of tasks that the file has, but not in a form that can run. */
  readonly spoiled: ReadonlySet<string>;
  /** All that is wrong or passed over, a sentence each. */
  readonly sentences: readonly string[];
}

/** Where the tasks come from. */
export interface TaskSource {
  readonly name: string;
  read(): ReadTasks;
  /** Calls back when what it says may have changed. */
  watch(onChange: () => void): void;
  close(): void;
}

const POLL_MS = 2_000;

/** Tasks of a file that may be edited while they run. */
export function fileSource(path: string, regions: readonly RegionName[]): TaskSource {
  const onChange = { call: (): void => undefined };
  const listener = (now: { mtimeMs: number }): void => {
    // Editors that write a new file are seen for a moment without any.
    if (now.mtimeMs !== 0) onChange.call();
  };
  return {
    name: path,
    read: () => readTasks(path, readFileSync(path, "utf8"), regions),
    watch: (callback) => {
      onChange.call = callback;
      watchFile(path, { interval: POLL_MS, persistent: false }, listener);
    },
    close: () => unwatchFile(path, listener),
  };
}

/** Tasks of a text that never changes. */
export function textSource(name: string, text: string, regions: readonly RegionName[]): TaskSource {
  return {
    name,
    read: () => readTasks(name, text, regions),
    watch: () => undefined,
    close: () => undefined,
  };
}

function readTasks(name: string, text: string, regions: readonly RegionName[]): ReadTasks {
  const { tasks, problems, notices } = readTaskFile(name, text, regions);
  return {
    tasks,
    spoiled: new Set(problems.flatMap(({ task }) => (task === null ? [] : [task]))),
    sentences: [...problems.map(problemSentence), ...notices.map(noticeSentence)],
  };
}
