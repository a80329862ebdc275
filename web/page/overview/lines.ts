import type { TaskRow } from "../../records/records.ts";
import { type Look, lookOf } from "../words/look.ts";

/** The head of a group in the list. */
export interface GroupLine {
  readonly kind: "group";
  readonly key: string;
  readonly id: string;
  readonly healthyCount: number;
  readonly totalCount: number;
  /** The worst look in it. */
  readonly look: Look;
  readonly isOpen: boolean;
}

/** A task in the list. */
export interface TaskLine {
  readonly kind: "task";
  readonly key: string;
  readonly task: TaskRow;
  readonly isInGroup: boolean;
}

/** One line of the list. */
export type Line = GroupLine | TaskLine;

/**
 * The list: groups and single tasks in the order of their worst task, which the tasks already have.
 * A group of one needs no head.
 */
export function linesOf(tasks: readonly TaskRow[], closed: ReadonlySet<string>): Line[] {
  const members = Map.groupBy(tasks, ({ targetId, name }) => targetId ?? `\0${name}`);
  return [...members.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    if (group.length === 1 || first.targetId === null)
      return group.map((task) => lineOf(task, false));
    const isOpen = !closed.has(first.targetId);
    const head = headOf(first, group, isOpen);
    return isOpen ? [head, ...group.map((task) => lineOf(task, true))] : [head];
  });
}

function headOf(first: TaskRow, group: readonly TaskRow[], isOpen: boolean): GroupLine {
  const id = first.targetId ?? "";
  const running = group.filter(({ standing }) => standing === "running");
  return {
    kind: "group",
    key: `group ${id}`,
    id,
    healthyCount: running.filter((task) => lookOf(task) === "fine").length,
    totalCount: running.length,
    look: lookOf(first),
    isOpen,
  };
}

function lineOf(task: TaskRow, isInGroup: boolean): TaskLine {
  return { kind: "task", key: `task ${task.name}`, task, isInGroup };
}

/** Ids of groups that are more than one task. */
export function groupIds(lines: readonly Line[]): string[] {
  return lines.flatMap((line) => (line.kind === "group" ? line.id : []));
}
