export { EMPTY_FOLDER, taskFileNames } from "./folder.ts";
export { printTaskFile } from "./print-task-file.ts";
export {
  type FileContext,
  type NotifySection,
  readTaskFile,
  type TaskFile,
} from "./read-task-file.ts";
export { readTaskFiles, type TaskText } from "./read-task-files.ts";
export { FORMATS, type Format, formatOf, readContent } from "./syntax.ts";
