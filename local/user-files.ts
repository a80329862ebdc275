import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { problemSentence } from "../shared/input/input.ts";
import type { TaskFile } from "../shared/task-file/task-file.ts";
import type { RegionName } from "../shared/units.ts";
import type { PagePlace } from "../web/server/place/page-place.ts";
import { refusePlace } from "../web/server/place/page-place.ts";
import { readPageToken, TokenError } from "../web/server/place/read-token.ts";
import type { StartOptions } from "./arguments.ts";
import { LOCK_FOLDER } from "./aws/data-dir.ts";
import { startDemo } from "./demo/demo.ts";
import { makeFolder } from "./disk/make-folder.ts";
import { defaultRules, type EventRule, parseRules } from "./events/event-rules.ts";
import { doubledNames, readNotifySections } from "./notify/read-targets.ts";
import type { Environment } from "./notify/variables.ts";
import { cannotRead, explainFileError, FileError } from "./tasks/file-error.ts";
import { fileSource, findingSentences, type TaskSource, textSource } from "./tasks/task-source.ts";

export { FileError } from "./tasks/file-error.ts";

/** The tasks at the start, their source, and notes to show to the user. */
export interface OpenedTasks {
  readonly source: TaskSource;
  readonly tasks: TaskFile;
  readonly notes: readonly string[];
}

/** Opens the user's tasks file, or the example with its servers; throws FileError if no task can run. */
export async function openTasks(options: StartOptions): Promise<OpenedTasks> {
  const regions = options.fleet.regions.map(({ name }) => name);
  const { tasksFiles } = options;
  const { source, notes } =
    tasksFiles.length === 0
      ? await openDemo(regions)
      : { source: openFiles(tasksFiles, regions), notes: [] };
  const tasks = source.read();
  if (tasks.tasks.length > 0) return { source, tasks, notes };
  throw new FileError(
    [...findingSentences(tasks), `${source.name} has no task that can run.`].join("\n"),
  );
}

function openFiles(paths: readonly string[], knownRegions: readonly RegionName[]): TaskSource {
  return fileSource(paths, { knownRegions, environment: process.env });
}

async function openDemo(regions: readonly RegionName[]) {
  const { tasksText, notes } = await startDemo();
  return { source: textSource("the example", tasksText, regions), notes };
}

/** Where events go, and what is dangerous about it. */
export interface OpenedRules {
  readonly rules: readonly EventRule[];
  readonly warnings: readonly string[];
}

/** Reads the user's rules file, or gives the default rules; throws FileError with every problem. */
export function openRules(
  { rulesFile, dataDir }: Pick<StartOptions, "rulesFile" | "dataDir">,
  environment: Environment = process.env,
): OpenedRules {
  if (rulesFile === null) {
    return { rules: defaultRules(join(dataDir, "alerts.jsonl")), warnings: [] };
  }
  const text = explainFileError(cannotRead(rulesFile), () => readFileSync(rulesFile, "utf8"));
  const { rules, problems, warnings } = parseRules(text, environment);
  if (problems.length === 0) return { rules, warnings };
  throw new FileError(problems.map((problem) => `${rulesFile}: ${problem}`).join("\n"));
}

/** The place of the page with its token; null without a page. Throws FileError if it needs one and has none. */
export function openPagePlace(
  { page }: StartOptions,
  environment: NodeJS.ProcessEnv,
): PagePlace | null {
  if (page === null) return null;
  const { tokenFile: file, ...rest } = page;
  const place = { ...rest, token: readToken(file, environment) };
  const refusal = refusePlace(place);
  if (refusal !== null) throw new FileError(`${refusal}.`);
  return place;
}

function readToken(file: string | null, environment: NodeJS.ProcessEnv): string | null {
  try {
    return readPageToken({ file, environment });
  } catch (error) {
    if (error instanceof TokenError) throw new FileError(`${error.message}.`);
    throw error;
  }
}

/** The rules together with what task files say in `notify`; throws FileError with every problem. */
export function addNotifyRule(
  { rules, warnings }: OpenedRules,
  { notify = [] }: Pick<TaskFile, "notify">,
  environment: Environment = process.env,
): OpenedRules {
  const read = readNotifySections(notify, environment);
  const ofRules = rules.flatMap(({ targets }) =>
    targets.flatMap((one) => (one.type === "notify" ? one : [])),
  );
  const others = new Map(ofRules.map((one) => [one.target.name, one]));
  const doubled = doubledNames([...others.values(), ...read.targets]);
  const problems = [...read.problems, ...(read.problems.length === 0 ? doubled : [])];
  if (problems.length > 0) throw new FileError(problems.map(problemSentence).join("\n"));
  const targets = read.targets.map((one) => ({ type: "notify" as const, ...one }));
  const rule = { name: "notify", matches: () => true, targets };
  return { rules: [...rules, rule], warnings: [...warnings, ...read.warnings] };
}

/** Creates the data folder if it does not exist; returns its absolute path. Throws FileError if it cannot be written. */
export function openDataDir(given: string): string {
  const dir = resolve(given);
  return explainFileError(`The data can't be kept in ${given}`, () => {
    accessSync(nearestExisting(dir), constants.W_OK);
    makeFolder(dir);
    accessSync(dir, constants.W_OK);
    // LevelDB makes it with Node's recursive mkdir, which never returns where no folder can be made.
    makeFolder(join(dir, LOCK_FOLDER));
    return dir;
  });
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}
