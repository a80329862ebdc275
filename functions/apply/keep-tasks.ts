import {
  escapeUnprintable,
  isPositionLabel,
  type Notice,
  type Problem,
} from "../../shared/input/input.ts";
import type { Task } from "../../shared/task/task.ts";

/** Why a stored task that no file has in a valid form is not removed. */
export type KeepReason = "faulty" | "skipped" | "unread" | "nameless" | "beside" | "unlisted";

/** A stored task that stays as it is. */
export interface KeptTask {
  readonly name: string;
  readonly reason: KeepReason;
  /** The task as it is stored; null if what is stored is not a valid task. */
  readonly task: Task | null;
}

/** All that was found beside the valid tasks. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}

const REASONS: Readonly<Record<KeepReason, string>> = {
  faulty: "its entry has a problem.",
  skipped: "its entry is skipped.",
  unread: "a part of the input that is not understood may hold it.",
  nameless: "an entry without a usable name may be it.",
  beside: "another entry has a problem.",
  unlisted: "the files list no task.",
};

/** More sentences than this hide those before them. */
const SHOWN_SENTENCES = 20;

/**
 * How much must be right before a stored task that is not wanted is removed: its own entry, or, if
 * nobody is asked before, every entry.
 */
export type Care = "own entry" | "every entry";

/** Gives the reason to keep a stored task that is not wanted, or null if it may be removed. */
export function findKeepReasons(
  { problems, notices }: Findings,
  care: Care,
): (name: string) => KeepReason | null {
  const faulty = new Set(problems.map(({ task }) => task));
  const skipped = new Set(notices.map(({ task }) => task));
  const isCareful = care === "every entry" && problems.length > 0;
  const anyTask = reasonForAll(problems) ?? (isCareful ? "beside" : null);
  return (name) => {
    if (faulty.has(name)) return "faulty";
    return skipped.has(name) ? "skipped" : anyTask;
  };
}

/**
 * A problem that names nothing, or that has tables which belong to no field, may hide any stored
 * task; so may an entry without a name, or with a name that can't be right.
 */
function reasonForAll(problems: readonly Problem[]): KeepReason | null {
  const ofTasks = problems.filter(({ subject }) => subject === undefined);
  if (ofTasks.some(({ task, value }) => task === null || hasTables(value))) return "unread";
  const isNameless = problems.some(
    ({ task, field }) => field === "name" || (task !== null && isPositionLabel(task)),
  );
  return isNameless ? "nameless" : null;
}

function hasTables(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.some((one) => typeof one === "object" && one !== null);
}

/** The one sentence of a kept task: `Task "t1" is kept as stored: its entry has a problem.` */
export function keptSentence({ name, reason }: KeptTask): string {
  return escapeUnprintable(`Task ${JSON.stringify(name)} is kept as stored: ${REASONS[reason]}`);
}

/** A sentence for each kept task; after the first ones, only how many more there are. */
export function keptSentences(kept: readonly KeptTask[]): string[] {
  const sentences = kept.slice(0, SHOWN_SENTENCES).map(keptSentence);
  const moreCount = kept.length - sentences.length;
  return moreCount > 0 ? [...sentences, `${moreCount} more are kept as stored.`] : sentences;
}
