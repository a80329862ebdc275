import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TaskFile } from "../shared/task-file/task-file.ts";
import type { RegionName } from "../shared/units.ts";
import type { StartOptions } from "./arguments.ts";
import { startDemo } from "./demo/demo.ts";
import { defaultRules, type EventRule, parseRules } from "./events/event-rules.ts";
import { fileSource, findingSentences, type TaskSource, textSource } from "./tasks/task-source.ts";

/** A file or folder of the user cannot be used; the message says why. */
export class FileError extends Error {}

/** The tasks at the start, their source, and notes to show to the user. */
export interface OpenedTasks {
  readonly source: TaskSource;
  readonly tasks: TaskFile;
  readonly notes: readonly string[];
}

/** Opens the user's tasks file, or the example with its servers; throws FileError if no task can run. */
export async function openTasks(options: StartOptions): Promise<OpenedTasks> {
  const regions = options.fleet.regions.map(({ name }) => name);
  const { tasksFile } = options;
  const { source, notes } =
    tasksFile === null
      ? await openDemo(regions)
      : { source: fileSource(tasksFile, regions), notes: [] };
  const tasks = explain(cannotRead(source.name), () => source.read());
  if (tasks.tasks.length > 0) return { source, tasks, notes };
  throw new FileError(
    [...findingSentences(tasks), `${source.name} has no task that can run.`].join("\n"),
  );
}

async function openDemo(regions: readonly RegionName[]) {
  const { tasksText, notes } = await startDemo();
  return { source: textSource("the example", tasksText, regions), notes };
}

/** Reads the user's rules file, or gives the default rules; throws FileError with every problem. */
export function openRules({ rulesFile, dataDir }: StartOptions): readonly EventRule[] {
  if (rulesFile === null) return defaultRules(join(dataDir, "alerts.jsonl"));
  const text = explain(cannotRead(rulesFile), () => readFileSync(rulesFile, "utf8"));
  const { rules, problems } = parseRules(text);
  if (problems.length === 0) return rules;
  throw new FileError(problems.map((problem) => `${rulesFile}: ${problem}`).join("\n"));
}

/** Creates the data folder if it does not exist; returns its absolute path. Throws FileError if it cannot be written. */
export function openDataDir(given: string): string {
  const dir = resolve(given);
  return explain(`The data can't be kept in ${given}`, () => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.W_OK);
    return dir;
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "that is not allowed",
  EROFS: "the disk is read-only",
  EISDIR: "it is a folder",
  EEXIST: "it is a file",
  ENOTDIR: "a part of its path is a file",
};

function cannotRead(name: string): string {
  return `${name} can't be read`;
}

/** Runs `attempt`; an error of the file system becomes a FileError that begins with `failure`. */
function explain<T>(failure: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "") throw error;
    throw new FileError(`${failure}: ${REASONS[code] ?? code}`);
  }
}
