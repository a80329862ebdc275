export { EMPTY_FOLDER, taskFileNames } from "./folder.ts";
export { type FileContext, readTaskFile, type TaskFile } from "./read-task-file.ts";
export { readTaskFiles, type TaskText } from "./read-task-files.ts";
