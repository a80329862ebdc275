import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { TaskRow } from "../../records/records.ts";
import { HttpProblem } from "../http/problem.ts";
import type { PageServices } from "./route.ts";

/** Who looks at a task has seen it in an overview, which may be as old as this. */
const KNOWN_FOR_MS: DurationMs = 30 * SECOND_MS;

/** The row of a stored task; throws HttpProblem if there is none. */
export async function findTask(
  { overview }: Pick<PageServices, "overview">,
  name: string,
): Promise<TaskRow> {
  const isIt = (task: TaskRow) => task.name === name;
  const known = (await overview.get(KNOWN_FOR_MS)).record.tasks.find(isIt);
  const found = known ?? (await overview.get()).record.tasks.find(isIt);
  if (found !== undefined) return found;
  throw new HttpProblem(404, `No task is named ${JSON.stringify(name)}`, { field: "name" });
}
