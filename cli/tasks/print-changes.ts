import type { Changes, FieldChange } from "../../functions/apply/apply.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import type { Io } from "../command/io.ts";
import { paint } from "../show/paint.ts";

const ABSENT = "(none)";

/** Says what is added, changed and removed, a line each. */
export function printChanges(io: Io, { add, change, remove }: Changes): void {
  for (const { name } of add) io.out(paint(io, "good", `+ ${quote(name)}`));
  for (const { task, fields } of change) {
    io.out(paint(io, "warn", `~ ${quote(task.name)}`));
    for (const field of fields) io.out(`    ${fieldLine(field)}`);
  }
  for (const name of remove) io.out(paint(io, "bad", `- ${quote(name)}`));
}

function fieldLine({ field, from, to }: FieldChange): string {
  return escapeUnprintable(`${field}: ${from ?? ABSENT} → ${to ?? ABSENT}`);
}

function quote(name: string): string {
  return escapeUnprintable(JSON.stringify(name));
}
