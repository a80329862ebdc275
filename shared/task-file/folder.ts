const TASK_FILE = /^[^.].*\.(?:toml|yaml|yml|json)$/is;

/** What is said of a folder without a task file. */
export const EMPTY_FOLDER = "has no task file: expected *.toml, *.yaml, *.yml or *.json";

/** The names of a folder that are task files, in the order in which they are read. */
export function taskFileNames(names: readonly string[]): string[] {
  return names.filter((name) => TASK_FILE.test(name)).sort();
}
