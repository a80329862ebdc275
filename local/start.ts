import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ArgumentsError, HELP, parseArguments, type StartOptions } from "./arguments.ts";
import { DataInUseError, DataUnusableError } from "./aws/database.ts";
import { dropAwsSettings } from "./aws/own-settings.ts";
import { keepPrivate } from "./aws/private-files.ts";
import { LocalRun } from "./run-local.ts";
import {
  addNotifyRule,
  FileError,
  openDataDir,
  openPagePlace,
  openRules,
  openTasks,
} from "./user-files.ts";
import { Board } from "./view/board.ts";
import { chooseView } from "./view/choose-view.ts";
import { createLineWriter, type LineWriterEvents, writeToDescriptor } from "./view/line-writer.ts";
import { isNpmStart, watchParent } from "./watch-parent.ts";

const EXIT = { fine: 0, failed: 1, usage: 2 } as const;

const PACKAGE_FILE = fileURLToPath(new URL("../package.json", import.meta.url));
const PACKAGE: { readonly version: string } = JSON.parse(readFileSync(PACKAGE_FILE, "utf8"));

/** How long the process waits for its output to be read when everything else has ended. */
const LAST_WORDS_MS = 2_000;

/** Signals that ask for an orderly end. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm passes on a signal that the terminal has already sent to all processes: two within this are one. */
const SAME_WISH_MS = 500;

const DESCRIPTORS_HINT =
  "raise the limit, e.g. with ulimit -n 1024, or name fewer regions with --regions.";

const OUTPUT = "The output";

const output = createLineWriter(writeToDescriptor(1), {
  onGone: () => outputEvents.onGone(),
  onFailed: (error) => outputEvents.onFailed(error),
  onWorked: () => outputEvents.onWorked(),
});
const errors = createLineWriter(writeToDescriptor(2), silence());

/** What the run does when its output fails. It is set when there is a run. */
let outputEvents = silence();

function silence(): LineWriterEvents {
  return { onGone: () => undefined, onFailed: () => undefined, onWorked: () => undefined };
}

async function run(options: StartOptions): Promise<void> {
  const ownRules = openRules(options);
  const page = openPagePlace(options, process.env);
  const { source, tasks, notes } = await openTasks(options);
  const rules = addNotifyRule(ownRules, tasks);
  const regions = options.fleet.regions.map(({ name }) => name);
  const board = new Board(regions);
  const view = chooseView({ json: options.json, regions, board, output, errors });
  const over = Promise.withResolvers<string>();
  const local = new LocalRun({
    options,
    version: PACKAGE.version,
    source,
    firstTasks: tasks,
    ...{ rules: rules.rules, ownRules, page },
    board,
    view,
    // What the output can't show is said on standard error.
    noteDisk: (sentence) => {
      view.note(sentence);
      if (sentence.startsWith(OUTPUT) && !options.json) errors.write(sentence, "must");
    },
  });
  outputEvents = {
    onGone: () => over.resolve("the output has no reader"),
    onFailed: (error) => local.disk.failed(OUTPUT, error),
    onWorked: () => local.disk.worked(OUTPUT),
  };
  onStopSignals(over.resolve, () => process.exit(EXIT.failed));
  if (isNpmStart(process.env, PACKAGE_FILE)) watchParent(() => over.resolve("npm has ended"));
  const running = local.start().then(() => {
    for (const note of [...notes, ...rules.warnings]) view.note(note);
    return local.finished();
  });
  running.then(() => over.resolve("minutes"), over.reject);
  try {
    await local.stop(await over.promise);
  } catch (error) {
    await local.stop("failed");
    throw error;
  }
}

async function main(): Promise<number> {
  dropAwsSettings(process.env);
  try {
    const options = parseArguments(process.argv.slice(2), process.env);
    if (options === "help") {
      output.write(HELP.trimEnd(), "must");
      return EXIT.fine;
    }
    const dataDir = openDataDir(options.dataDir);
    keepPrivate(dataDir);
    await run({ ...options, dataDir });
    return EXIT.fine;
  } catch (error) {
    return explain(error);
  }
}

/** Whether a thread, a file or a socket could not be opened because there are too many. */
function isOutOfDescriptors(error: unknown): boolean {
  return /\b(EMFILE|ENFILE)\b/.test(String(error));
}

function explain(error: unknown): number {
  if (isOutOfDescriptors(error)) {
    errors.write(`Too few files may be open at once: ${DESCRIPTORS_HINT}`, "must");
    return EXIT.failed;
  }
  const isFile = error instanceof FileError || error instanceof DataUnusableError;
  const misused = error instanceof ArgumentsError || isFile;
  const expected = misused || error instanceof DataInUseError;
  const text = expected || !(error instanceof Error) ? String(error) : (error.stack ?? "");
  errors.write(expected ? text.replace(/^Error: /, "") : text, "must");
  if (error instanceof ArgumentsError) errors.write("See npm start -- --help.", "must");
  return misused ? EXIT.usage : EXIT.failed;
}

/** Calls `first` for the first signal, and `again` for every later one. */
function onStopSignals(first: (signal: string) => void, again: () => void): void {
  let firstAt: number | null = null;
  const listener = (signal: string): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      first(signal);
    } else if (now - firstAt > SAME_WISH_MS) again();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
}

const code = await main();
setTimeout(() => process.exit(code), LAST_WORDS_MS);
await Promise.all([output.drained(), errors.drained()]);
process.exit(code);
