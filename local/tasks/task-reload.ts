import { countChanges, keptSentences } from "../../functions/apply/apply.ts";
import type { TaskStore } from "../../functions/ports/task-store.ts";
import { counted } from "../view/count-words.ts";
import type { View } from "../view/view.ts";
import { applyFile } from "./apply-file.ts";
import { findingSentences, type TaskSource } from "./task-source.ts";

export interface ReloadSetup {
  readonly store: TaskStore;
  readonly source: TaskSource;
  readonly view: Pick<View, "note" | "watching">;
  /** Makes the fleet run what is stored now. */
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

async function readAgain({ store, source, view, plan }: ReloadSetup): Promise<void> {
  const file = source.read();
  for (const sentence of findingSentences(file)) view.note(sentence);
  if (file.tasks.length === 0) {
    view.note(`${source.name} has no task that can run: the last ones go on.`);
    return;
  }
  const { changes, running } = await applyFile(store, file);
  await plan();
  view.watching(running);
  for (const sentence of keptSentences(changes.keep)) view.note(sentence);
  const total = counted(file.tasks.length, "task");
  view.note(`${source.name} was read again, ${total}: ${countChanges(changes)}.`);
}
