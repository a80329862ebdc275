import { readFile } from "node:fs/promises";
import type { TaskText } from "../../shared/task-file/task-file.ts";
import { CliError, explainError } from "../command/errors.ts";
import type { Io } from "../command/io.ts";

/** The file name that means standard input. */
const STDIN = "-";

/** Reads every file, and standard input for `-`; throws CliError if a file cannot be read. */
export async function readTexts(files: readonly string[], io: Io): Promise<TaskText[]> {
  const texts: TaskText[] = [];
  for (const file of new Set(files)) texts.push(await readText(file, io));
  return texts;
}

async function readText(file: string, io: Io): Promise<TaskText> {
  if (file === STDIN) return { file: "stdin", text: await io.readStdin() };
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    throw new CliError(`Can't read ${file}: ${explainError(error)}`);
  }
}
