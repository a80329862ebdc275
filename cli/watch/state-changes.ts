import type { OverviewTask } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { paint, statusColour } from "../../terminal/paint.ts";
import { stateOf, taskRecord, whereDown } from "../show/overview-rows.ts";

/** A task whose state is another one than before. */
export interface StateChange {
  /** When it was seen. */
  readonly atMs: EpochMs;
  /** Null for a task that was not shown before. */
  readonly from: string | null;
  /** Null for a task that is gone. */
  readonly to: string | null;
  /** As it is, or as it was last. */
  readonly task: OverviewTask;
}

/**
 * What has changed from one look to the next, the worst first, and what is gone. A state that is left
 * and entered again in between has another `sinceMs`, so it is a change too. In the first look, which
 * has nothing before it, what is not OK is a change.
 */
export function stateChanges(
  before: readonly OverviewTask[] | null,
  after: readonly OverviewTask[],
  atMs: EpochMs,
): StateChange[] {
  const known = new Map(before?.map((task) => [task.name, task]));
  const names = new Set(after.map(({ name }) => name));
  const changed = after.flatMap((task) => {
    const last = known.get(task.name);
    const isNews =
      last === undefined ? before !== null || task.status !== "OK" : differs(last, task);
    const from = last === undefined ? null : stateOf(last);
    return isNews ? [{ atMs, from, to: stateOf(task), task }] : [];
  });
  const gone = [...known.values()].filter(({ name }) => !names.has(name));
  return [...changed, ...gone.map((task) => ({ atMs, from: stateOf(task), to: null, task }))];
}

function differs(last: OverviewTask, now: OverviewTask): boolean {
  return stateOf(last) !== stateOf(now) || last.sinceMs !== now.sinceMs;
}

/** A change as JSON has it: the task as `status` has it, with the state before. */
export function changeRecord({ atMs, from, to, task }: StateChange) {
  return { time: toIso(atMs), previous_state: from, ...taskRecord(task), state: to };
}

/** A change as one line. */
export function changeLine({ atMs, from, to, task }: StateChange, colours: boolean): string {
  const state = to === null ? "gone" : paint(to, statusColour(to), colours);
  const name = escapeUnprintable(task.name);
  const before = from === null || from === to ? "" : ` (was ${from})`;
  const since = task.sinceMs === null || to === null ? "" : ` since ${toIso(task.sinceMs)}`;
  const where = to === null || task.downRegions.length === 0 ? "" : `, down in ${whereDown(task)}`;
  return `${toIso(atMs)} ${state} ${name}${before}${since}${where}`;
}
