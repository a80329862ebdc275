/** What a setting or an entry of an operator is about. A target is the group of all tasks with its `target_id`. */
export type Scope =
  | { readonly kind: "task"; readonly name: string }
  | { readonly kind: "target"; readonly id: string }
  | { readonly kind: "fleet" };

/** What of a task says which scopes it is in. */
export interface ScopedTask {
  readonly name: string;
  readonly targetId: string | null;
}

/** Whether a task is in the scope. */
export function covers(scope: Scope, task: ScopedTask): boolean {
  if (scope.kind === "fleet") return true;
  return scope.kind === "task" ? scope.name === task.name : scope.id === task.targetId;
}
