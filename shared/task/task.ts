export {
  type ParsedTask,
  parseTask,
  SCHEDULE_RANGE,
  type TaskContext,
  taskLabel,
} from "./parse-task.ts";
export { printTask } from "./print-task.ts";
export {
  type AddressFamily,
  type CheckKind,
  checkKindOf,
  type Expectation,
  KNOWN_NEEDS,
  lackingNeeds,
  type Task,
} from "./task-type.ts";
