import { isDeepStrictEqual } from "node:util";
import {
  applyChanges,
  applySettings,
  type Changes,
  countChanges,
  keptSentences,
  proposeChanges,
  proposeSettings,
} from "../../functions/apply/apply.ts";
import type { AlertingStore } from "../../functions/ports/alerting-store.ts";
import type { TaskStatusStore } from "../../functions/ports/task-status-store.ts";
import type { StoredTask, TaskStore } from "../../functions/ports/task-store.ts";
import { PLAN_STATUS_NAME } from "../../shared/status/status.ts";
import { parseTask } from "../../shared/task/task.ts";
import type { TaskFile } from "../../shared/task-file/task-file.ts";
import type { EpochMs } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import type { View } from "../view/view.ts";
import type { WatchedTask } from "../view/watched-task.ts";
import { findingSentences, type Save, type TaskSource } from "./task-source.ts";

/** What a reload needs. */
export interface ReloadSetup {
  readonly tasks: TaskStore;
  readonly settings: AlertingStore;
  readonly statuses: Pick<TaskStatusStore, "readStatuses">;
  readonly source: TaskSource;
  readonly view: Pick<View, "note" | "watching">;
  readonly now: () => EpochMs;
  /** Names of stored tasks that are removed at the start, whatever is wrong in the file. */
  readonly obsolete: readonly string[];
  /** Plans the stored tasks; false if that failed. */
  readonly plan: (order: { readonly force: boolean }) => Promise<boolean>;
  /** Is told of each save that can be read. */
  readonly onRead?: (file: TaskFile) => void;
}

const SWITCH_OFF = "To check none of them, set enabled = false in each.";

/** More names than this say less than their number. */
const SHOWN_NAMES = 5;

/** Applies the tasks file to the stored tasks, at the start and at every save. */
export class TaskReload {
  readonly #setup: ReloadSetup;
  /** The tasks that were planned last, by name. */
  #watched: ReadonlyMap<string, WatchedTask> = new Map();
  /** Stored tasks that are not as in the file. */
  #kept: ReadonlySet<string> = new Set();
  /** The names of the file in its order; while it has a problem, its new names come last. */
  #order: readonly string[] = [];
  #isPlanned = false;
  #last: Promise<void> = Promise.resolve();

  constructor(setup: ReloadSetup) {
    this.#setup = setup;
  }

  /** Makes the stored tasks those of the file, before anything is planned. */
  async applyFirst(file: TaskFile): Promise<Changes> {
    const { tasks, obsolete } = this.#setup;
    await tasks.deleteTasks(obsolete.filter((name) => !isNamed(file, name)));
    const changes = proposeChanges(await tasks.readTasks(), file);
    await applyChanges(tasks, changes);
    await this.#applySettings(file);
    this.#remember(file, changes);
    await this.#show();
    return changes;
  }

  /** Takes every save, one after the other, until the source is closed. */
  followSaves(): void {
    this.#setup.source.watch((save) => {
      this.#last = this.#last.then(() => this.#take(save));
    });
  }

  /** Resolves when every save so far is taken. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Shows the stored tasks after a plan; after a refused one the earlier tasks run on. */
  async showPlanned(): Promise<void> {
    const { records } = await this.#setup.statuses.readStatuses();
    const plan = records.find(({ name }) => name === PLAN_STATUS_NAME);
    if (plan?.status === "refused") return;
    await this.#show(this.#isPlanned ? this.#setup.now() : 0);
    this.#isPlanned = true;
  }

  async #take(save: Save): Promise<void> {
    const { source, view } = this.#setup;
    try {
      if (typeof save === "string") return await this.#keepAll(save);
      this.#setup.onRead?.(save);
      for (const sentence of findingSentences(save)) view.note(sentence);
      if (save.tasks.length > 0) return await this.#apply(save);
      const problems = showCount(save.problems.length, "problem");
      const why = save.problems.length > 0 ? `has ${problems} and no good task` : "lists no task";
      await this.#keepAll(`${source.name} ${why}`);
      if (save.problems.length === 0) view.note(SWITCH_OFF);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      view.note(`${source.name} could not be applied: ${reason}`);
    }
  }

  /** A save that names no good task removes none: it may be half-written, or a mistake. */
  async #keepAll(why: string): Promise<void> {
    const { view } = this.#setup;
    this.#kept = new Set(this.#watched.keys());
    await this.#show();
    const names = [...this.#kept].slice(0, SHOWN_NAMES).map((name) => JSON.stringify(name));
    const more = this.#kept.size > names.length ? ", …" : "";
    const tasks = `the last ${showCount(this.#kept.size, "task")}`;
    view.note(`${why}, so it is not taken: ${tasks} run on (${names.join(", ")}${more}).`);
  }

  /** A file without a problem is the user's word, also if it drops most tasks. */
  async #apply(file: TaskFile): Promise<void> {
    const { tasks, source, view, plan } = this.#setup;
    const changes = proposeChanges(await tasks.readTasks(), file, "every entry");
    await applyChanges(tasks, changes);
    const settings = await this.#applySettings(file);
    this.#remember(file, changes);
    const isPlanned = await plan({ force: file.problems.length === 0 });
    for (const sentence of keptSentences(changes.keep)) view.note(sentence);
    const total = showCount(file.tasks.length, "task");
    const counts = countChanges(changes);
    const late = isPlanned ? "" : " It is not planned yet: the last plan goes on for a minute.";
    view.note(`${source.name} was read again, ${total}: ${counts}.${late}`);
    if (settings !== null) view.note(`Settings of ${source.name}: ${settings}.`);
  }

  /** Makes the stored settings those of the file. The changes in numbers; null if there are none. */
  async #applySettings(file: TaskFile): Promise<string | null> {
    const { settings, now } = this.#setup;
    const changes = proposeSettings(await settings.readSettings(), file);
    await applySettings(settings, changes, now());
    const changed = [...changes.add, ...changes.change, ...changes.remove];
    return changed.length === 0 ? null : countChanges(changes);
  }

  #remember(file: TaskFile, { keep }: Changes): void {
    const names = file.tasks.map(({ name }) => name);
    this.#order = file.problems.length === 0 ? names : [...new Set([...this.#order, ...names])];
    this.#kept = new Set(keep.map(({ name }) => name));
  }

  /** Shows the stored tasks. Those that differ from before are planned as of `plannedAtMs`. */
  async #show(plannedAtMs: EpochMs | null = null): Promise<void> {
    const stored = await this.#setup.tasks.readTasks();
    const watched = inOrder(stored, this.#order).flatMap(({ name, fields }): WatchedTask[] => {
      const before = this.#watched.get(name);
      const task = parseTask(fields).task ?? before?.task;
      if (task === undefined) return [];
      const isSame = before !== undefined && isDeepStrictEqual(before.task, task);
      const atMs = (isSame ? before.plannedAtMs : null) ?? plannedAtMs;
      return [{ task, plannedAtMs: atMs, isKept: this.#kept.has(name) }];
    });
    this.#watched = new Map(watched.map((one) => [one.task.name, one]));
    this.#setup.view.watching(watched);
  }
}

function isNamed({ tasks, problems }: TaskFile, name: string): boolean {
  return tasks.some((task) => task.name === name) || problems.some(({ task }) => task === name);
}

/** Tasks in the order of the file, and then those that it does not have. */
function inOrder(stored: readonly StoredTask[], order: readonly string[]): StoredTask[] {
  const places = new Map(order.map((name, place) => [name, place]));
  const placeOf = ({ name }: StoredTask): number => places.get(name) ?? order.length;
  return stored.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1));
}
