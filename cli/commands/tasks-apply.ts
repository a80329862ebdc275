import type { TaskStore } from "../../functions/stores.ts";
import { noticeSentence, problemSentence } from "../../shared/problem.ts";
import type { TaskFile } from "../../shared/task-file.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command.ts";
import { checkRemovalFlags, decideRemoval, type Removal } from "../decide-removal.ts";
import { showCount } from "../figures.ts";
import { FLEET_OPTIONS } from "../fleet-options.ts";
import { type OpenFleet, withFleet } from "../open-fleet.ts";
import { openTaskStore } from "../open-stores.ts";
import { paint } from "../paint.ts";
import { printDiff } from "../print-diff.ts";
import { noticeRecord, problemRecord } from "../print-problems.ts";
import { type Proposal, proposeChanges } from "../propose-changes.ts";
import { flagOption } from "../read-option.ts";
import { parseTexts, readTexts } from "../read-task-files.ts";

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
    "A task with a problem is reported and stays as it is stored; the others are applied.",
    "Exit codes: 0 done, 1 problems in the files or a removal refused, 3 failed.",
  ],
  run: async (call) => {
    checkRemovalFlags(call);
    const texts = await readTexts(call.args, call.io);
    return withFleet(call, async (open) => {
      const regions = open.fleet.regions.map((region) => region.name);
      return applyFiles(call, open, parseTexts(texts, regions));
    });
  },
};

async function applyFiles(call: Call, open: OpenFleet, files: TaskFile): Promise<ExitCode> {
  const store = openTaskStore(open);
  const proposal = proposeChanges(await store.readTasks(), files);
  if (!flagOption(call, "json")) announce(call, files, proposal);
  const removal = await decideRemoval(call, proposal.diff.removed);
  if (!flagOption(call, "dry-run")) await carryOut(store, proposal, removal);
  if (flagOption(call, "json")) printJson(call, files, { proposal, removal });
  else printOutcome(call, proposal, removal);
  return files.problems.length > 0 || removal === "refuse" ? EXIT.no : EXIT.fine;
}

// Removing comes last: a failure in between leaves too much rather than too little.
async function carryOut(store: TaskStore, { diff, written }: Proposal, removal: Removal) {
  await store.putTasks(written);
  if (removal === "remove") await store.deleteTasks(diff.removed);
}

function announce({ io }: Call, files: TaskFile, { diff, withheld }: Proposal): void {
  for (const problem of files.problems) {
    io.error(`${paint(io, "bad", "problem")}  ${problemSentence(problem)}`);
  }
  for (const notice of files.notices) {
    io.error(`${paint(io, "warn", "notice")}   ${noticeSentence(notice)}`);
  }
  if (withheld.length > 0) {
    io.error(`${showCount(withheld.length, "stored task")} kept as stored because of problems.`);
  }
  printDiff(io, diff);
}

function printOutcome(call: Call, { diff }: Proposal, removal: Removal): void {
  const removedCount = removal === "remove" ? diff.removed.length : 0;
  const keptCount = diff.removed.length - removedCount;
  const counts = [
    `${diff.added.length} added`,
    `${diff.changed.length} changed`,
    `${removedCount} removed`,
    ...(keptCount > 0 ? [`${keptCount} kept`] : []),
    `${diff.unchanged.length} unchanged`,
  ];
  const dry = flagOption(call, "dry-run") ? "Dry run, nothing stored: " : "";
  call.io.out(`${dry}${counts.join(", ")}.`);
  if (removal === "refuse") {
    call.io.error("Nothing was removed: there is no terminal to ask on. Use --yes or --keep.");
  }
}

interface Outcome {
  readonly proposal: Proposal;
  readonly removal: Removal;
}

function printJson(call: Call, files: TaskFile, { proposal, removal }: Outcome): void {
  const { diff, withheld } = proposal;
  const isRemoved = removal === "remove";
  const document = {
    dry_run: flagOption(call, "dry-run"),
    added: diff.added,
    changed: diff.changed,
    removed: isRemoved ? diff.removed : [],
    kept: isRemoved ? withheld : [...diff.removed, ...withheld].sort(),
    removal_refused: removal === "refuse",
    unchanged: diff.unchanged,
    problems: files.problems.map(problemRecord),
    notices: files.notices.map(noticeRecord),
  };
  call.io.out(JSON.stringify(document, null, 2));
}
