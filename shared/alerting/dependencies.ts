import type { RegionHealth, TaskState } from "../health/health.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../units.ts";
import type { LookedTask } from "./model.ts";
import { type Dependency, type SettingLevels, settingsOf } from "./settings/settings.ts";

/** What depends on a parent comes back after it: so long it is held after the parent's recovery. */
const RECOVERY_MS: DurationMs = 60 * SECOND_MS;

/** A child may turn before its parent: so long it is held while checks of the parent fail. */
const DOUBT_MS: DurationMs = 90 * SECOND_MS;

/** How a parent is. A doubted one has failed checks and may turn out to be down. */
type Standing = "down" | "doubted" | "fine";

/** A parent as a key: `task` or `target`, a space, and its name. */
type ParentKey = string;

/** What the tasks of a look depend on, and which of it is down. */
export class Dependencies {
  readonly #levels: SettingLevels;
  readonly #nowMs: EpochMs;
  readonly #tasks = new Map<string, LookedTask>();
  /** The tasks of each parent: itself, or those of the target. */
  readonly #members = new Map<ParentKey, LookedTask[]>();
  readonly #next = new Map<ParentKey, ReadonlySet<ParentKey>>();
  readonly #above = new Map<ParentKey, ReadonlySet<ParentKey>>();
  readonly #standings = new Map<ParentKey, Standing>();

  constructor(looked: readonly LookedTask[], levels: SettingLevels, nowMs: EpochMs) {
    this.#levels = levels;
    this.#nowMs = nowMs;
    for (const each of looked) {
      this.#tasks.set(each.task.name, each);
      for (const key of ownKeys(each)) addTo(this.#members, key, each);
    }
  }

  /** Whether a task's events are held, about what is open of it since an instant. */
  holds(taskName: string, openedAtMs: EpochMs | null): boolean {
    const standings = this.#parentsOf(taskName).map((key) => this.#standingOf(key));
    if (standings.includes("down")) return true;
    const isYoung = openedAtMs !== null && this.#nowMs - openedAtMs < DOUBT_MS;
    return isYoung && standings.includes("doubted");
  }

  /** The given tasks, in order of their names, under each task that is down above them. */
  heldUnder(heldNames: readonly string[]): (looked: LookedTask) => readonly string[] {
    const byParent = new Map<ParentKey, string[]>();
    for (const name of heldNames) {
      const down = this.#parentsOf(name).filter((key) => this.#standingOf(key) === "down");
      for (const key of down) addTo(byParent, key, name);
    }
    for (const names of byParent.values()) names.sort();
    return (looked) => {
      const [own = [], ofTarget = []] = ownKeys(looked).map((key) => byParent.get(key));
      if (own.length === 0 || ofTarget.length === 0) return own.length === 0 ? ofTarget : own;
      return [...new Set([...own, ...ofTarget])].sort();
    };
  }

  /** Every parent above a task, near or far, without those that depend on the task themselves. */
  #parentsOf(taskName: string): readonly ParentKey[] {
    const looked = this.#tasks.get(taskName);
    if (looked === undefined) return [];
    const own = ownKeys(looked);
    const all = this.#allAbove(dependenciesOf(looked, this.#levels).map(keyOf));
    return [...all].filter((key) => {
      const isCircle = own.some((mine) => mine === key || this.#parentsAbove(key).has(mine));
      return !isCircle;
    });
  }

  #parentsAbove(key: ParentKey): ReadonlySet<ParentKey> {
    const known = this.#above.get(key);
    if (known !== undefined) return known;
    const above = this.#allAbove(this.#nextAbove(key));
    this.#above.set(key, above);
    return above;
  }

  #allAbove(keys: Iterable<ParentKey>): ReadonlySet<ParentKey> {
    const seen = new Set(keys);
    for (const key of seen) for (const next of this.#nextAbove(key)) seen.add(next);
    return seen;
  }

  #nextAbove(key: ParentKey): ReadonlySet<ParentKey> {
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const members = this.#members.get(key) ?? [];
    const next = new Set(
      members.flatMap((member) => dependenciesOf(member, this.#levels).map(keyOf)),
    );
    this.#next.set(key, next);
    return next;
  }

  #standingOf(key: ParentKey): Standing {
    const known = this.#standings.get(key);
    if (known !== undefined) return known;
    const members = this.#members.get(key) ?? [];
    const standing = standingOf(
      members.map(({ judgement }) => judgement.state),
      this.#nowMs,
    );
    this.#standings.set(key, standing);
    return standing;
  }
}

function addTo<Value>(lists: Map<ParentKey, Value[]>, key: ParentKey, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function dependenciesOf({ task, alert }: LookedTask, levels: SettingLevels): readonly Dependency[] {
  return settingsOf(levels, { ...task, alert: alert ?? {} }).dependsOn;
}

function keyOf(dependency: Dependency): ParentKey {
  return dependency.kind === "task" ? taskKey(dependency.name) : targetKey(dependency.id);
}

function ownKeys({ task }: LookedTask): ParentKey[] {
  const { name, targetId } = task;
  return targetId === null ? [taskKey(name)] : [taskKey(name), targetKey(targetId)];
}

function taskKey(name: string): ParentKey {
  return `task ${name}`;
}

function targetKey(id: string): ParentKey {
  return `target ${id}`;
}

/** A target is down if more than half of its tasks are, and doubted if those that fail make it so. */
function standingOf(members: readonly TaskState[], nowMs: EpochMs): Standing {
  const downCount = members.filter((state) => isDown(state, nowMs)).length;
  if (2 * downCount > members.length) return "down";
  const badCount = members.filter((state) => isDown(state, nowMs) || isFailing(state)).length;
  return 2 * badCount > members.length ? "doubted" : "fine";
}

/** A task that has just recovered still counts as down. */
function isDown({ incident: { openedAtMs, closedAtMs } }: TaskState, nowMs: EpochMs): boolean {
  return openedAtMs !== null || (closedAtMs !== null && nowMs - closedAtMs < RECOVERY_MS);
}

function isFailing({ regions }: TaskState): boolean {
  return Object.values(regions).some(
    ({ status, failCount }: RegionHealth) => status === "unhealthy" || failCount > 0,
  );
}
