import { writeFileSync } from "node:fs";
import { CliError, explainError } from "../command/errors.ts";
import { DraftFile } from "./draft-file.ts";

/**
 * Writes a file that is not there yet, or replaces one if the user says so. If that fails, what was there
 * is there still: half a task file would be read for a whole one.
 */
export function writeNewFile(
  file: string,
  text: string,
  { replaces }: { readonly replaces: boolean },
): void {
  const draft = new DraftFile(file, replaces);
  try {
    writeFileSync(draft.draft, text, { mode: draft.mode });
    draft.keep();
  } catch (error) {
    draft.discard();
    if (error instanceof CliError) throw error;
    throw new CliError(`Can't write ${file}: ${explainError(error)}`);
  }
}
