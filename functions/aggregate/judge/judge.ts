export { judgeTasks } from "./judge-tasks.ts";
export { readAlertDefaults } from "./read-alert-defaults.ts";
export { pendingEvents, readMemory, stateOf, storeRecord, type TaskMemory } from "./task-memory.ts";
