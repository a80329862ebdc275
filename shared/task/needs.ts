import type { Task } from "./task-type.ts";

/**
 * The abilities beyond a plain TCP check that this version's probe has. A feature that a probe may
 * lack names its need here, and the parser gives that need to each task that uses the feature.
 */
export const KNOWN_NEEDS: ReadonlySet<string> = new Set<string>();

const NONE: readonly string[] = [];

/** The needs of a task that a version with these abilities does not meet; mostly none. */
export function lackingNeeds(
  { needs }: Pick<Task, "needs">,
  known: ReadonlySet<string> = KNOWN_NEEDS,
): readonly string[] {
  return needs === undefined ? NONE : needs.filter((need) => !known.has(need));
}
