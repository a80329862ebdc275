import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { applyTasks } from "./apply-tasks.ts";
import { counted } from "./count-words.ts";
import type { TaskSource } from "./task-source.ts";
import type { View } from "./view.ts";

export interface ReloadSetup {
  readonly client: DynamoDBClient;
  /** Name of the tasks table. */
  readonly table: string;
  readonly source: TaskSource;
  readonly view: View;
  /** Makes the fleet run what the table says now. */
  readonly plan: () => Promise<void>;
}

/** Takes up every change of the tasks file, one after the other, until the source is closed. */
export function reloadOnChange(setup: ReloadSetup): void {
  let last: Promise<void> = Promise.resolve();
  setup.source.watch(() => {
    last = last.then(() => reload(setup));
  });
}

async function reload(setup: ReloadSetup): Promise<void> {
  try {
    await readAgain(setup);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    setup.view.note(`${setup.source.name} could not be read again: ${reason}`);
  }
}

async function readAgain({ client, table, source, view, plan }: ReloadSetup): Promise<void> {
  const read = source.read();
  for (const sentence of read.sentences) view.note(sentence);
  if (read.tasks.length === 0) {
    view.note(`${source.name} has no task that can run: the last ones go on.`);
    return;
  }
  const { added, changed, removed } = await applyTasks(client, table, read);
  await plan();
  view.watching(read.tasks);
  const total = counted(read.tasks.length, "task");
  view.note(
    `${source.name} was read again, ${total}: ${added.length} added, ${changed.length} changed, ${removed.length} removed.`,
  );
}
