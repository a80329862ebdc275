import { type InputTable, readLabel, readOneOf, refuse } from "../../input/input.ts";
import type { Scope } from "./scope.ts";

/** The fields of a scope; one of them is given. */
export const SCOPE_FIELDS: readonly string[] = ["task", "target_id", "fleet"];

/** Reads what an entry is about: `task`, `target_id` or `fleet = true`. */
export function readScope(item: InputTable): Scope | undefined {
  const only = readOneOf(item, SCOPE_FIELDS);
  if (only === undefined) return undefined;
  if (only === "fleet") return readFleet(item);
  const name = readLabel(item, only);
  if (name === undefined) return undefined;
  return only === "task" ? { kind: "task", name } : { kind: "target", id: name };
}

function readFleet(item: InputTable): Scope | undefined {
  if (item.fields.fleet === true) return { kind: "fleet" };
  return refuse(item, "fleet", "must be true, or left out");
}

/** A scope in the user's field names. */
export function printScope(scope: Scope): Record<string, unknown> {
  if (scope.kind === "fleet") return { fleet: true };
  return scope.kind === "task" ? { task: scope.name } : { target_id: scope.id };
}
