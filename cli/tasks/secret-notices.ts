import type { Notice } from "../../shared/input/input.ts";
import { referencesOf, type Task } from "../../shared/task/task.ts";

/**
 * A notice for each secret that the fleet of a deployment does not list, so that its regions do not
 * check the task; none if no deployment is described here. `file` is null if there are several.
 */
export function secretNotices(
  tasks: readonly Task[],
  file: string | null,
  listed: readonly string[] | null,
): Notice[] {
  if (listed === null) return [];
  return tasks.flatMap((task) =>
    referencesOf(task)
      .filter((reference) => !reference.startsWith("file:") && !listed.includes(reference))
      .map((reference) => ({ file, task: task.name, text: textOf(reference) })),
  );
}

function textOf(reference: string): string {
  return `names ${reference}, which is not in fleet.secrets of cdk.json: on AWS the task is unsupported until it is there and deployed`;
}
