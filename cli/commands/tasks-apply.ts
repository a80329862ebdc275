import {
  applyChanges,
  type Changes,
  countChanges,
  type FieldChange,
  keptSentence,
  keptSentences,
  proposeChanges,
} from "../../functions/apply/apply.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { readTaskFiles, type TaskFile } from "../../shared/task-file/task-file.ts";
import { showCount } from "../../terminal/count.ts";
import { paint } from "../../terminal/paint.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import type { Io } from "../command/io.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { findingLines, kindLine, noticeRecord, problemRecord } from "../tasks/print-problems.ts";
import { readTexts } from "../tasks/read-texts.ts";

/** `synfleet tasks apply`: makes the stored tasks those of the files. */
export const tasksApply: Command = {
  argCount: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    "dry-run": { type: "boolean", about: "Say what would change, and change nothing." },
    yes: { type: "boolean", short: "y", about: "Remove without asking." },
    keep: { type: "boolean", about: "Keep stored tasks that the files don't have." },
    "no-remove": { type: "boolean", about: "The same as --keep." },
    json: { type: "boolean", about: "Print one JSON document." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "FILE may be - for standard input. All files together are the wanted tasks: a stored one that is in none of them is removed, after asking. Without a terminal to ask on, nothing is removed unless --yes is given.",
    "A task with a problem is reported and stays as it is stored; the others are applied. While an entry has no usable name, or a part of a file is not understood, nothing is removed.",
    "Exit codes: 0 done, 1 problems in the files or a removal refused, 3 failed.",
  ],
  run: async (call) => {
    checkRemovalFlags(call);
    const texts = await readTexts(call.args, call.io);
    return withFleet(call, async (open) => {
      const regions = open.fleet.regions.map((region) => region.name);
      return applyFiles(call, open, readTaskFiles(texts, regions));
    });
  },
};

async function applyFiles(call: Call, open: OpenFleet, files: TaskFile): Promise<ExitCode> {
  const { tasks: store } = openHome(open);
  const changes = proposeChanges(await store.readTasks(), files);
  if (!flagOption(call, "json")) announce(call, files, changes);
  const removal = await decideRemoval(call, changes.remove);
  const outcome = { changes, removal, remove: removal === "remove" ? changes.remove : [] };
  if (!flagOption(call, "dry-run"))
    await applyChanges(store, { ...changes, remove: outcome.remove });
  if (flagOption(call, "json")) printJson(call, files, outcome);
  else printOutcome(call, outcome);
  return files.problems.length > 0 || removal === "refuse" ? EXIT.no : EXIT.fine;
}

/** What was proposed, and what the user allows to be removed. */
interface Outcome {
  readonly changes: Changes;
  readonly removal: Removal;
  readonly remove: readonly string[];
}

function announce({ io }: Call, files: TaskFile, changes: Changes): void {
  for (const line of findingLines(io, files)) io.error(line);
  for (const sentence of keptSentences(changes.keep)) io.error(kindLine(io, "kept", sentence));
  printChanges(io, changes);
}

function printOutcome(call: Call, { changes, removal, remove }: Outcome): void {
  const keep = keptNames({ changes, remove });
  const counts = `${countChanges({ ...changes, remove, keep })}, ${changes.unchanged.length} unchanged`;
  const dry = flagOption(call, "dry-run") ? "Dry run, nothing stored: " : "";
  call.io.out(`${dry}${counts}.`);
  if (removal === "refuse") {
    call.io.error("Nothing was removed: there is no terminal to ask on. Use --yes or --keep.");
  }
}

function printJson(call: Call, files: TaskFile, { changes, removal, remove }: Outcome): void {
  const document = {
    dry_run: flagOption(call, "dry-run"),
    added: changes.add.map(({ name }) => name),
    changed: changes.change.map(({ task, fields }) => ({ name: task.name, fields })),
    removed: remove,
    kept: keptNames({ changes, remove }),
    withheld: changes.keep.map((kept) => ({ name: kept.name, message: keptSentence(kept) })),
    removal_refused: removal === "refuse",
    unchanged: changes.unchanged,
    problems: files.problems.map(problemRecord),
    notices: files.notices.map(noticeRecord),
  };
  call.io.out(JSON.stringify(document, null, 2));
}

/** The tasks that stay although the files do not have them: some because of the files, some because of the user. */
function keptNames({ changes, remove }: Omit<Outcome, "removal">): string[] {
  const declined = changes.remove.filter((name) => !remove.includes(name));
  return [...declined, ...changes.keep.map(({ name }) => name)].sort();
}

/** What happens to stored tasks that the files do not have. */
type Removal = "remove" | "keep" | "refuse";

/** Throws UsageError if the flags contradict each other. */
function checkRemovalFlags(call: Call): void {
  if (keepsAll(call) && flagOption(call, "yes")) {
    throw new UsageError("--yes does not go with --keep.");
  }
}

/** Decides by the flags, else by asking. Without a terminal to ask on nothing is removed. */
async function decideRemoval(call: Call, removed: readonly string[]): Promise<Removal> {
  if (removed.length === 0 || keepsAll(call)) return "keep";
  if (flagOption(call, "yes") || flagOption(call, "dry-run")) return "remove";
  if (call.io.ask === null) return "refuse";
  const answer = await call.io.ask(`Remove ${showCount(removed.length, "task")}? [y/N] `);
  return /^y(es)?$/i.test(answer.trim()) ? "remove" : "keep";
}

function keepsAll(call: Call): boolean {
  return flagOption(call, "keep") || flagOption(call, "no-remove");
}

const ABSENT = "(none)";

/** Prints what is added, changed and removed, one line each. */
function printChanges(io: Io, { add, change, remove }: Changes): void {
  for (const { name } of add) io.out(paint(`+ ${quote(name)}`, "green", io.colours));
  for (const { task, fields } of change) {
    io.out(paint(`~ ${quote(task.name)}`, "yellow", io.colours));
    for (const field of fields) io.out(`    ${fieldLine(field)}`);
  }
  for (const name of remove) io.out(paint(`- ${quote(name)}`, "red", io.colours));
}

function fieldLine({ field, from, to }: FieldChange): string {
  return escapeUnprintable(`${field}: ${from ?? ABSENT} → ${to ?? ABSENT}`);
}

function quote(name: string): string {
  return escapeUnprintable(JSON.stringify(name));
}
