export { readTaskFile, type TaskFile } from "./read-task-file.ts";
export { readTaskFiles, type TaskText } from "./read-task-files.ts";
