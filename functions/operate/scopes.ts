import { covers, type Scope } from "../../shared/alerting/settings/settings.ts";
import { escapeUnprintable, nearestName } from "../../shared/input/input.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** A scope as a sentence has it. */
export function showScope(scope: Scope): string {
  if (scope.kind === "fleet") return "the fleet";
  return `${scope.kind} ${quote(scope.kind === "task" ? scope.name : scope.id)}`;
}

/** Why no stored task has a target_id; null if one has. */
export async function explainUnknownTarget(
  tasks: Pick<TaskStore, "readTasks">,
  id: string,
): Promise<string | null> {
  const stored = await tasks.readTasks();
  const ids = stored.map(({ fields }) => fields.target_id).filter((one) => typeof one === "string");
  if (ids.includes(id)) return null;
  const near = nearestName(id, [...new Set(ids)]);
  const hint = near === null ? "" : ` Did you mean ${quote(near)}?`;
  return `No task has the target_id ${quote(id)}.${hint}`;
}

/** Why there is nothing to acknowledge; null if something is open. */
export async function explainClosed(
  states: Pick<StateStore, "readRecords">,
  scope: Scope,
): Promise<string | null> {
  const { records } = await states.readRecords();
  const isOpen = records.some(({ task, state }) => covers(scope, task) && state.status !== "OK");
  return isOpen ? null : `Nothing is open of ${showScope(scope)}, so nothing was acknowledged.`;
}

function quote(name: string): string {
  return escapeUnprintable(JSON.stringify(name));
}
