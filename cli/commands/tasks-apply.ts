import {
  applyChanges,
  applySettings,
  type Changes,
  countChanges,
  type FieldChange,
  keptSentence,
  keptSentences,
  proposeChanges,
  proposeSettings,
  type SettingChanges,
} from "../../functions/apply/apply.ts";
import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { entryLabel } from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { knownRegions } from "../../shared/plan/plan.ts";
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
    "FILE may be a folder, whose *.toml, *.yaml, *.yml and *.json files are read, or - for standard input. All files together are the wanted tasks: a stored one that is in none of them is removed, after asking. Without a terminal to ask on, nothing is removed unless --yes is given.",
    "The same holds for what files set in alerting, targets and maintenance. What the commands maintenance, silence and ack have set stays.",
    "A task with a problem is reported and stays as it is stored; the others are applied. While an entry has no usable name, or a part of a file is not understood, nothing is removed.",
    "Exit codes: 0 done, 1 problems in the files or a removal refused, 3 failed.",
  ],
  run: async (call) => {
    checkRemovalFlags(call);
    const texts = await readTexts(call.args, call.io);
    return withFleet(call, async (open) => {
      const known = { knownRegions: knownRegions(open.fleet) };
      return applyFiles(
        call,
        open,
        readTaskFiles(texts, { ...known, findPatternFault, environment: call.io.env }),
      );
    });
  },
};

async function applyFiles(call: Call, open: OpenFleet, files: TaskFile): Promise<ExitCode> {
  const { tasks, settings: store } = openHome(open);
  const changes = proposeChanges(await tasks.readTasks(), files);
  const settings = proposeSettings(await store.readSettings(), files);
  if (!flagOption(call, "json")) announce(call, files, { changes, settings });
  const removal = await decideRemoval(call, { changes, settings });
  const allowed = <T>(remove: readonly T[]) => (removal === "remove" ? remove : []);
  const outcome = {
    ...{ changes, settings, removal },
    remove: allowed(changes.remove),
    removeSettings: allowed(settings.remove),
  };
  if (!flagOption(call, "dry-run")) {
    await applyChanges(tasks, { ...changes, remove: outcome.remove });
    await applySettings(store, { ...settings, remove: outcome.removeSettings }, call.io.now());
  }
  if (flagOption(call, "json")) printJson(call, files, outcome);
  else printOutcome(call, outcome);
  return files.problems.length > 0 || removal === "refuse" ? EXIT.no : EXIT.fine;
}

/** What would make the stored tasks and settings those of the files. */
interface Proposal {
  readonly changes: Changes;
  readonly settings: SettingChanges;
}

/** What was proposed, and what the user allows to be removed. */
interface Outcome extends Proposal {
  readonly removal: Removal;
  readonly remove: readonly string[];
  readonly removeSettings: readonly string[];
}

function announce({ io }: Call, files: TaskFile, { changes, settings }: Proposal): void {
  for (const line of findingLines(io, files)) io.error(line);
  for (const sentence of keptSentences(changes.keep)) io.error(kindLine(io, "kept", sentence));
  printChanges(io, changes);
  printSettings(io, settings);
}

function printOutcome(call: Call, outcome: Outcome): void {
  const { changes, removal, remove } = outcome;
  const keep = keptNames({ changes, remove });
  const counts = `${countChanges({ ...changes, remove, keep })}, ${changes.unchanged.length} unchanged`;
  const dry = flagOption(call, "dry-run") ? "Dry run, nothing stored: " : "";
  call.io.out(`${dry}${counts}.`);
  const settings = settingCounts(outcome);
  if (settings !== null) call.io.out(settings);
  if (removal === "refuse") {
    call.io.error("Nothing was removed: there is no terminal to ask on. Use --yes or --keep.");
  }
}

/** The settings in numbers; null if there are none. */
function settingCounts({ settings, removeSettings: remove }: Outcome): string | null {
  const { add, change, keep, unchanged } = settings;
  const all = [...add, ...change, ...settings.remove, ...keep, ...unchanged];
  if (all.length === 0) return null;
  const declined = remove.length > 0 ? [] : settings.remove;
  const counts = countChanges({ add, change, remove, keep: [...keep, ...declined] });
  return `Settings: ${counts}, ${unchanged.length} unchanged.`;
}

function printJson(call: Call, files: TaskFile, outcome: Outcome): void {
  const { changes, settings, removal, remove } = outcome;
  const document = {
    dry_run: flagOption(call, "dry-run"),
    added: changes.add.map(({ name }) => name),
    changed: changes.change.map(({ task, fields }) => ({ name: task.name, fields })),
    removed: remove,
    kept: keptNames({ changes, remove }),
    withheld: changes.keep.map((kept) => ({ name: kept.name, message: keptSentence(kept) })),
    removal_refused: removal === "refuse",
    unchanged: changes.unchanged,
    settings: {
      added: settings.add.map(({ key }) => key),
      changed: settings.change.map(({ entry, fields }) => ({ key: entry.key, fields })),
      removed: outcome.removeSettings,
      kept:
        outcome.removeSettings.length > 0 ? settings.keep : [...settings.keep, ...settings.remove],
      unchanged: settings.unchanged,
    },
    problems: files.problems.map(problemRecord),
    notices: files.notices.map(noticeRecord),
  };
  call.io.out(JSON.stringify(document, null, 2));
}

/** The tasks that stay although the files do not have them: some because of the files, some because of the user. */
function keptNames({ changes, remove }: Pick<Outcome, "changes" | "remove">): string[] {
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
async function decideRemoval(call: Call, { changes, settings }: Proposal): Promise<Removal> {
  const removed = [
    ...(changes.remove.length > 0 ? [showCount(changes.remove.length, "task")] : []),
    ...(settings.remove.length > 0 ? [showCount(settings.remove.length, "setting")] : []),
  ];
  if (removed.length === 0 || keepsAll(call)) return "keep";
  if (flagOption(call, "yes") || flagOption(call, "dry-run")) return "remove";
  if (call.io.ask === null) return "refuse";
  const answer = await call.io.ask(`Remove ${removed.join(" and ")}? [y/N] `);
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

function printSettings(io: Io, { add, change, remove }: SettingChanges): void {
  for (const { key } of add) io.out(paint(`+ ${entryName(key)}`, "green", io.colours));
  for (const { entry, fields } of change) {
    io.out(paint(`~ ${entryName(entry.key)}`, "yellow", io.colours));
    for (const field of fields) io.out(`    ${fieldLine(field)}`);
  }
  for (const key of remove) io.out(paint(`- ${entryName(key)}`, "red", io.colours));
}

function entryName(key: string): string {
  return escapeUnprintable(entryLabel(key));
}

function fieldLine({ field, from, to }: FieldChange): string {
  return escapeUnprintable(`${field}: ${from ?? ABSENT} → ${to ?? ABSENT}`);
}

function quote(name: string): string {
  return escapeUnprintable(JSON.stringify(name));
}
