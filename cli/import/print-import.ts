import { escapeUnprintable, type Fields } from "../../shared/input/input.ts";
import { showCount } from "../../terminal/count.ts";
import { paint } from "../../terminal/paint.ts";
import type { Io } from "../command/io.ts";
import type { Imported } from "./import-files.ts";
import type { Taken } from "./settle.ts";
import { writeVariables } from "./values/places.ts";

/** What became of each check, line by line: what was taken, and below it what was changed and lost. */
export function importLines(io: Io, imported: Imported): string[] {
  const { files, taken, refused, notes, problems } = imported;
  return [
    ...files.map(({ file, format }) => lineOf(io, "file", `${file}: ${format.tool}`)),
    ...taken.flatMap((one) => takenLines(io, one)),
    ...refused.map(({ file, from, refusal }) =>
      lineOf(io, "not taken", `${file}: ${from}: ${refusal ?? ""}`),
    ),
    ...notes.map(({ file, text }) => lineOf(io, "note", `${file}: ${text}`)),
    ...problems.map(({ file, reason }) => lineOf(io, "problem", `${file}: ${reason}`)),
  ];
}

/** How many checks there are, and what became of them, in one sentence. */
export function importSummary({ taken, refused, others }: Imported): string {
  const checks = showCount(taken.length + refused.length, "TCP check");
  const counts = `${taken.length} taken, ${refused.length} not taken`;
  const otherCount = [...others.values()].reduce((sum, count) => sum + count, 0);
  const types = [...others].map(([type, count]) => `${count} ${type}`).join(", ");
  const rest =
    otherCount === 0
      ? ""
      : ` ${showCount(otherCount, "check")} of other types not taken: ${types}.`;
  return escapeUnprintable(`${checks}: ${counts}.${rest}`);
}

/** The whole of it as JSON has it. */
export function importRecord(imported: Imported): Fields {
  const { taken, refused, others, notes, problems, files } = imported;
  return {
    files: files.map(({ file, format }) => ({ file, format: format.kind, tool: format.tool })),
    tcp_checks: taken.length + refused.length,
    taken: taken.map(({ check, task }) => ({
      file: check.file,
      from: writeVariables(check.from),
      name: writeVariables(task.name),
      task: writtenTask(task),
      changed: check.changed.map(writeVariables),
      lost: check.lost.map(writeVariables),
    })),
    not_taken: refused.map((check) => ({
      file: check.file,
      from: writeVariables(check.from),
      reason: writeVariables(check.refusal ?? ""),
    })),
    other_checks: Object.fromEntries(others),
    notes,
    problems,
  };
}

/** A task with its variables as a task file writes them. */
function writtenTask(value: unknown): unknown {
  return JSON.parse(writeVariables(JSON.stringify(value)));
}

type Word = "file" | "taken" | "changed" | "lost" | "not taken" | "note" | "problem";

const COLOURS: Partial<Record<Word, "green" | "red" | "yellow">> = {
  taken: "green",
  "not taken": "red",
  problem: "red",
  lost: "yellow",
};

/** Nothing from a file steers a terminal or begins a line of its own. */
function lineOf(io: Io, word: Word, text: string): string {
  const colour = COLOURS[word] ?? null;
  const padding = " ".repeat(Math.max(1, 11 - word.length));
  return `${paint(word, colour, io.colours)}${padding}${escapeUnprintable(writeVariables(text))}`;
}

function takenLines(io: Io, { check, task }: Taken): string[] {
  const port = task.port === undefined ? "" : `:${String(task.port)}`;
  const what = `${JSON.stringify(task.name)}, ${String(task.host)}${port}`;
  const every = `every ${String(task.schedule_seconds)} s`;
  return [
    lineOf(io, "taken", `${check.file}: ${check.from} → ${what}, ${every}`),
    ...check.changed.map((text) => lineOf(io, "changed", `  ${text}`)),
    ...check.lost.map((text) => lineOf(io, "lost", `  ${text}`)),
  ];
}
