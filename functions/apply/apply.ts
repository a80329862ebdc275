import type { TaskStore } from "../ports/task-store.ts";
import type { Changes } from "./propose-changes.ts";

export { countChanges } from "./count-changes.ts";
export type { FieldChange } from "./diff-fields.ts";
export { type KeepReason, type KeptTask, keptSentence, keptSentences } from "./keep-tasks.ts";
export { type Changes, proposeChanges, type TaskChange, type Wanted } from "./propose-changes.ts";
export {
  applySettings,
  proposeSettings,
  type SettingChange,
  type SettingChanges,
} from "./propose-settings.ts";

/** Writes what is new or differs, and removes what is to be removed. Unchanged tasks are not written. */
export async function applyChanges(
  store: Pick<TaskStore, "putTasks" | "deleteTasks">,
  { add, change, remove }: Pick<Changes, "add" | "change" | "remove">,
): Promise<void> {
  await store.putTasks([...add, ...change.map(({ task }) => task)]);
  // Removing comes last: a failure in between leaves too much rather than too little.
  await store.deleteTasks(remove);
}
