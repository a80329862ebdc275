import { type Call, UsageError } from "../command/command.ts";
import { flagOption } from "../command/read-option.ts";
import { showCount } from "../show/figures.ts";

/** What is to become of tasks that the files no longer have. */
export type Removal = "remove" | "keep" | "refuse";

/** Throws UsageError where the flags contradict each other. */
export function checkRemovalFlags(call: Call): void {
  if (keepsAll(call) && flagOption(call, "yes")) {
    throw new UsageError("--yes does not go with --keep.");
  }
}

/** Decides by the flags, else by asking; where nobody can be asked, nothing is removed. */
export async function decideRemoval(call: Call, removed: readonly string[]): Promise<Removal> {
  if (removed.length === 0 || keepsAll(call)) return "keep";
  if (flagOption(call, "yes") || flagOption(call, "dry-run")) return "remove";
  if (call.io.ask === null) return "refuse";
  const answer = await call.io.ask(`Remove ${showCount(removed.length, "task")}? [y/N] `);
  return /^y(es)?$/i.test(answer.trim()) ? "remove" : "keep";
}

function keepsAll(call: Call): boolean {
  return flagOption(call, "keep") || flagOption(call, "no-remove");
}
