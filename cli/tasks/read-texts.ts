import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { EMPTY_FOLDER, type TaskText, taskFileNames } from "../../shared/task-file/task-file.ts";
import { CliError, explainError } from "../command/errors.ts";
import type { Io } from "../command/io.ts";

/** The file name that means standard input. */
const STDIN = "-";

/** Reads every file, those of each folder, and standard input for `-`; throws CliError if one cannot be read. */
export async function readTexts(paths: readonly string[], io: Io): Promise<TaskText[]> {
  const texts: TaskText[] = [];
  const files: string[] = [];
  for (const path of paths) files.push(...(await filesAt(path)));
  for (const file of new Set(files)) texts.push(await readText(file, io));
  return texts;
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (path === STDIN || !(await isFolder(path))) return [path];
  const entries = await explained(path, () => readdir(path, { withFileTypes: true }));
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const names = taskFileNames(files);
  if (names.length === 0) throw new CliError(`The folder ${path} ${EMPTY_FOLDER}.`);
  return names.map((name) => join(path, name));
}

async function isFolder(path: string): Promise<boolean> {
  return (await explained(path, () => stat(path))).isDirectory();
}

async function readText(file: string, io: Io): Promise<TaskText> {
  if (file === STDIN) return { file: "stdin", text: await io.readStdin() };
  return { file, text: await explained(file, () => readFile(file, "utf8")) };
}

async function explained<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new CliError(`Can't read ${path}: ${explainError(error)}`);
  }
}
