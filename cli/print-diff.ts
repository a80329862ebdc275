import { escapeUnprintable } from "../shared/problem.ts";
import type { FieldChange, TaskDiff } from "./diff-tasks.ts";
import type { Io } from "./io.ts";
import { paint } from "./paint.ts";

const ABSENT = "(none)";

/** Says what a diff adds, changes and removes, a line each. */
export function printDiff(io: Io, diff: TaskDiff): void {
  for (const name of diff.added) io.out(paint(io, "good", `+ ${quote(name)}`));
  for (const change of diff.changed) {
    io.out(paint(io, "warn", `~ ${quote(change.name)}`));
    for (const field of change.fields) io.out(`    ${fieldLine(field)}`);
  }
  for (const name of diff.removed) io.out(paint(io, "bad", `- ${quote(name)}`));
}

function fieldLine({ field, from, to }: FieldChange): string {
  return escapeUnprintable(`${field}: ${from ?? ABSENT} → ${to ?? ABSENT}`);
}

function quote(name: string): string {
  return escapeUnprintable(JSON.stringify(name));
}
