import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { formatOf, printTaskFile, type TaskText } from "../../shared/task-file/task-file.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { CliError } from "../command/errors.ts";
import { choiceOption, flagOption, textOption } from "../command/read-option.ts";
import { writeNewFile } from "../files/write-new-file.ts";
import { FORMATS } from "../import/formats.ts";
import { type Imported, importFiles } from "../import/import-files.ts";
import { importLines, importRecord, importSummary } from "../import/print-import.ts";
import { writeVariables } from "../import/values/places.ts";
import { readTexts } from "../tasks/read-texts.ts";

const KINDS = FORMATS.map(({ kind }) => kind);

/** `synfleet import`: the TCP checks of other tools' files as tasks. */
export const importChecks: Command = {
  argCount: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    format: {
      type: "string",
      value: "KIND",
      about: `Whose files they are, if their content does not say it: ${KINDS.join(", ")}.`,
    },
    out: { type: "string", value: "FILE", about: "Write the tasks to FILE: TOML, YAML or JSON." },
    force: { type: "boolean", about: "Replace FILE if it exists." },
    json: { type: "boolean", about: "Print one JSON document." },
  },
  notes: [
    "Without --out nothing is written: it is a dry run. Each TCP check is taken, with what was changed and lost, or not taken, with the reason. Files that belong together, such as prometheus.yml and blackbox.yml, are given together.",
    "TypeScript and jsonnet are read for what they write literally, and never run.",
    "Exit codes: 0 each TCP check is taken, 1 one is not, a file can't be read, or there is none, 3 FILE can't be written.",
  ],
  run: async (call) => {
    const kind = choiceOption(call, "format", KINDS);
    const only = FORMATS.find((format) => format.kind === kind) ?? null;
    const { texts, problems } = await readEach(call);
    const read = importFiles(texts, only, findPatternFault);
    const imported = { ...read, problems: [...problems, ...read.problems] };
    const out = textOption(call, "out");
    if (out !== null && imported.taken.length > 0) writeTasks(call, out, imported);
    if (flagOption(call, "json")) call.io.out(JSON.stringify(importRecord(imported), null, 2));
    else printText(call, imported, out);
    return exitCodeOf(imported);
  },
};

/** A file that can't be read stops no other one. */
async function readEach({ args, io }: Call): Promise<{
  readonly texts: readonly TaskText[];
  readonly problems: Imported["problems"];
}> {
  const texts: TaskText[] = [];
  const problems: { file: string; reason: string }[] = [];
  for (const file of new Set(args)) {
    try {
      texts.push(...(await readTexts([file], io)));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      problems.push({ file, reason: error.message });
    }
  }
  return { texts, problems };
}

function writeTasks(call: Call, out: string, { taken }: Imported): void {
  const tasks = taken.map(({ task }) => task);
  const text = printTaskFile({ tasks, settings: [] }, formatOf(out) ?? "toml");
  writeNewFile(out, writeVariables(text), { replaces: flagOption(call, "force") });
}

function printText({ io }: Call, imported: Imported, out: string | null): void {
  for (const line of importLines(io, imported)) io.out(line);
  io.out(importSummary(imported));
  const { taken } = imported;
  if (taken.length === 0) return;
  if (out === null) io.out("Nothing is written: this is a dry run. --out FILE writes the tasks.");
  else io.out(`${out}: ${showCount(taken.length, "task")}.`);
}

function exitCodeOf({ taken, refused, problems }: Imported): ExitCode {
  const isWhole = taken.length > 0 && refused.length === 0 && problems.length === 0;
  return isWhole ? EXIT.fine : EXIT.no;
}
