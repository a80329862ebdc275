import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openFleetSources, openHomeStores } from "../functions/adapters/dynamodb/dynamodb.ts";
import type { TaskFile } from "../shared/task-file/task-file.ts";
import type { StartOptions } from "./arguments.ts";
import { exampleNames } from "./demo/demo.ts";
import type { EventRule } from "./events/event-rules.ts";
import { type ReloadSetup, TaskReload } from "./tasks/task-reload.ts";
import type { TaskSource } from "./tasks/task-source.ts";
import { addNotifyRule, FileError, type OpenedRules } from "./user-files.ts";
import { readStanding, type StandingState } from "./view/standing.ts";
import type { View } from "./view/view.ts";

/** What these parts of a run have of it. */
export interface RunPart {
  readonly options: StartOptions;
  readonly source: TaskSource;
  /** The rules without what the tasks files say in `notify`, which may change with a save. */
  readonly ownRules: OpenedRules;
  readonly view: View;
}

/** How the tasks stood before the start. It is nothing that the checks wait for, or stop for. */
export async function standingBefore(
  { options, view }: RunPart,
  client: DynamoDBClient,
): Promise<StandingState[]> {
  try {
    return await readStanding(
      openFleetSources(options.fleet, () => client),
      Date.now(),
    );
  } catch (error) {
    view.note(`How the tasks stand from before is not known: ${String(error)}.`);
    return [];
  }
}

/** What follows from a save. */
export interface ReloadWays {
  readonly client: DynamoDBClient;
  readonly plan: ReloadSetup["plan"];
  /** Events go by these rules from now on. */
  readonly route: (rules: readonly EventRule[]) => void;
}

/** Opens the way from the tasks files to the tables. */
export function openReload(run: RunPart, { client, plan, route }: ReloadWays): TaskReload {
  const { options, source, view } = run;
  const { tasks, settings, statuses } = openHomeStores({ client, fleet: options.fleet.name });
  // After a first look at the example, its servers are gone.
  const obsolete = options.tasksFiles.length === 0 ? [] : exampleNames();
  return new TaskReload({
    ...{ tasks, settings, statuses, source, view, now: Date.now, obsolete, plan },
    onRead: (file) => routeAnew(run, file, route),
  });
}

/** A save with a problem in `notify` leaves the targets as they are. */
function routeAnew({ ownRules, view }: RunPart, file: TaskFile, route: ReloadWays["route"]): void {
  try {
    route(addNotifyRule(ownRules, file).rules);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    for (const sentence of error.message.split("\n")) view.note(sentence);
  }
}
