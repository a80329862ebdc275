import { formatTable } from "../report.ts";
import type { Accepted } from "./accepted.ts";
import type { Verdict } from "./run-mutant.ts";
import { percentOf, type Score } from "./score.ts";

/** The scores, room by room and all together. */
export function printScores(rooms: ReadonlyMap<string, Score>, all: Score): string {
  const rows = [...rooms, ["all", all] as const].map(([room, score]) => ({
    room,
    mutants: score.total,
    killed: score.killed,
    "score %": Number(percentOf(score).toFixed(1)),
  }));
  return formatTable("Mutants that a test finds", rows);
}

/** Each survivor as a small diff, in the order of the files. */
export function printSurvivors(survivors: readonly Verdict[]): string {
  return survivors
    .toSorted((a, b) => placeOf(a).localeCompare(placeOf(b), "en", { numeric: true }))
    .map(printSurvivor)
    .join("\n");
}

export function printAccepted({ file, from, to }: Accepted): string {
  return `${file}\n  - ${from}\n  + ${to}\n`;
}

function placeOf({ mutant }: Verdict): string {
  return `${mutant.file}:${mutant.line}`;
}

function printSurvivor(verdict: Verdict): string {
  const { from, to } = verdict.mutant;
  const note = verdict.end === "uncovered" ? " (no test runs this line)" : "";
  return `${placeOf(verdict)}${note}\n  - ${from}\n  + ${to}\n`;
}
