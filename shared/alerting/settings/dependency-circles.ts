import {
  type AlertSettings,
  type Dependency,
  type SettingLevels,
  settingsOf,
} from "./alert-settings.ts";
import type { ScopedTask } from "./scope.ts";

/** A task as far as its dependencies go. */
export interface DependentTask extends ScopedTask {
  readonly alert: Partial<AlertSettings>;
}

/** The names of tasks that all depend on each other, in order; one list for each circle. */
export function dependencyCircles(
  tasks: readonly DependentTask[],
  levels: SettingLevels,
): string[][] {
  const arrows = arrowsOf(tasks, levels);
  if (arrows === null) return [];
  return circlesIn(tasks, findCircles(arrows));
}

function keyOf(dependency: Dependency): string {
  return dependency.kind === "task" ? `task ${dependency.name}` : `target ${dependency.id}`;
}

type Arrows = ReadonlyMap<string, readonly string[]>;

/** Arrows from each task to what it depends on, and from each target to its tasks; null if no task depends on any. */
function arrowsOf(tasks: readonly DependentTask[], levels: SettingLevels): Arrows | null {
  const arrows = new Map<string, string[]>();
  for (const task of tasks) {
    const { dependsOn } = settingsOf(levels, task);
    if (dependsOn.length > 0) arrows.set(taskKey(task.name), dependsOn.map(keyOf));
  }
  if (arrows.size === 0) return null;
  for (const { name, targetId } of tasks) {
    if (targetId === null) continue;
    const target = keyOf({ kind: "target", id: targetId });
    const members = arrows.get(target) ?? [];
    members.push(taskKey(name));
    arrows.set(target, members);
  }
  return arrows;
}

function taskKey(name: string): string {
  return keyOf({ kind: "task", name });
}

function circlesIn(tasks: readonly DependentTask[], circleOf: ReadonlyMap<string, number>) {
  const circles = new Map<number, string[]>();
  for (const name of tasks.map((task) => task.name).sort()) {
    const circle = circleOf.get(taskKey(name));
    if (circle === undefined) continue;
    const names = circles.get(circle) ?? [];
    names.push(name);
    circles.set(circle, names);
  }
  return [...circles.values()];
}

/** One visit of Tarjan's walk: the node, its place in the order, and the arrows that are left. */
interface Visit {
  readonly node: string;
  readonly left: Iterator<string>;
}

/**
 * The number of the circle of each node that reaches itself. Tarjan, "Depth-first search and linear
 * graph algorithms" (1972), with a stack of its own: a chain can be ten thousand tasks long.
 */
function findCircles(arrows: Arrows): ReadonlyMap<string, number> {
  const walk = new Walk(arrows);
  for (const node of arrows.keys()) walk.from(node);
  return walk.circleOf;
}

class Walk {
  readonly circleOf = new Map<string, number>();
  readonly #arrows: Arrows;
  /** Each node's place in the order of visits. */
  readonly #places = new Map<string, number>();
  /** The earliest place that each node reaches. */
  readonly #lows = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();

  constructor(arrows: Arrows) {
    this.#arrows = arrows;
  }

  from(start: string): void {
    if (this.#places.has(start)) return;
    const path = [this.#enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const next = visit.left.next();
      if (next.done === true) this.#leave(path);
      else if (!this.#places.has(next.value)) path.push(this.#enter(next.value));
      else if (this.#isOpen.has(next.value)) this.#lower(visit.node, this.#places.get(next.value));
    }
  }

  #enter(node: string): Visit {
    const place = this.#places.size;
    this.#places.set(node, place);
    this.#lows.set(node, place);
    this.#open.push(node);
    this.#isOpen.add(node);
    return { node, left: (this.#arrows.get(node) ?? []).values() };
  }

  #leave(path: Visit[]): void {
    const node = path.pop()?.node ?? "";
    const low = this.#lows.get(node) ?? 0;
    const before = path.at(-1);
    if (before !== undefined) this.#lower(before.node, low);
    if (low === this.#places.get(node)) this.#close(node, low);
  }

  #lower(node: string, place = 0): void {
    this.#lows.set(node, Math.min(this.#lows.get(node) ?? place, place));
  }

  /** The open nodes since this one all reach each other. */
  #close(node: string, circle: number): void {
    const members = this.#open.splice(this.#open.lastIndexOf(node));
    for (const member of members) this.#isOpen.delete(member);
    if (members.length < 2) return;
    for (const member of members) this.circleOf.set(member, circle);
  }
}
