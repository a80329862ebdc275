export { KNOWN_NEEDS, lackingNeeds } from "./needs.ts";
export {
  type ParsedTask,
  parseTask,
  SCHEDULE_RANGE,
  type TaskContext,
  taskLabel,
} from "./parse-task.ts";
export { printTask } from "./print-task.ts";
export type { AddressFamily, Expectation, Task } from "./task-type.ts";
