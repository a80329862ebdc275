import { readFile } from "node:fs/promises";
import type { TaskText } from "../../shared/task-file/task-file.ts";
import { CliError } from "../command/command.ts";
import { explainError } from "../command/explain-error.ts";
import type { Io } from "../command/io.ts";

/** What stands for standard input among file names. */
const STDIN = "-";

/** Reads every file, and standard input where `-` is named. */
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
