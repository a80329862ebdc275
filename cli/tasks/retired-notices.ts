import type { Notice } from "../../shared/input/input.ts";
import type { Task } from "../../shared/task/task.ts";

/**
 * A notice for each region that a task names and that the fleet of `cdk.json` takes out. `file` is null
 * if there are several.
 */
export function retiredNotices(
  tasks: readonly Task[],
  file: string | null,
  retired: readonly string[],
): Notice[] {
  return tasks.flatMap(({ name, regions }) =>
    retired
      .filter((region) => regions !== "all" && regions.includes(region))
      .map((region) => ({ file, task: name, text: textOf(region) })),
  );
}

function textOf(region: string): string {
  return `names ${region}, which is retired in cdk.json: nothing is checked there`;
}
