import { rm, writeFile } from "node:fs/promises";
import { CliError, explainError } from "../command/errors.ts";

/** Writes a file that is not there yet, or replaces one if the user says so. */
export async function writeNewFile(
  file: string,
  text: string,
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  try {
    await writeFile(file, text, { flag: replaces ? "w" : "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new CliError(`${file} exists already. Use --force to replace it.`);
    }
    // Half a task file would be read for a whole one.
    if (!replaces) await rm(file, { force: true });
    throw new CliError(`Can't write ${file}: ${explainError(error)}`);
  }
}
