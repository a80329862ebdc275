import type { Track } from "../health/health.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../units.ts";
import type { OpenSpell } from "./open-spell.ts";

/** Tasks that opened within this time are counted together: probes don't find all of them at once. */
const GATHER_MS: DurationMs = MINUTE_MS;

/** What opens so long after a storm was found is a part of it. */
const JOIN_MS: DurationMs = 5 * MINUTE_MS;

/** A notice names so many tasks. */
const MOST_NAMES = 100;

/** Many tasks that opened at about the same time, for the same kind of reason. */
export interface Storm {
  /** Storms of the fleet so far. */
  readonly number: number;
  readonly track: OpenSpell["track"];
  /** When it was found: some of its tasks opened in the minute before. */
  readonly openedAtMs: EpochMs;
}

/** The storms that are open, and how many there were. */
export interface StormMemory {
  readonly count: number;
  readonly open: readonly Storm[];
}

/** A storm began or is over. */
export interface StormNotice extends Storm {
  readonly kind: "storm";
  readonly phase: "opened" | "closed";
  readonly atMs: EpochMs;
  /** Its tasks that are open now. */
  readonly taskCount: number;
  /** The first of them by name. */
  readonly taskNames: readonly string[];
}

/** A task of which something is open that nothing else holds. */
export interface StormTask {
  readonly name: string;
  readonly spell: OpenSpell;
}

/** Finds storms that begin and storms that are over. The same memory if there is none. */
export function moveStorms(
  memory: StormMemory,
  tasks: readonly StormTask[],
  by: { readonly nowMs: EpochMs; readonly stormTasks: number },
): { readonly memory: StormMemory; readonly notices: readonly StormNotice[] } {
  const { nowMs } = by;
  const open = memory.open.filter((storm) => !isOver(storm, tasks, by.stormTasks));
  const closed = memory.open.filter((storm) => !open.includes(storm));
  const begun = findStorms({ ...memory, open }, tasks, by);
  const notices = [
    ...closed.map((storm) => noticeOf(storm, "closed", { tasks, nowMs })),
    ...begun.map((storm) => noticeOf(storm, "opened", { tasks, nowMs })),
  ];
  if (notices.length === 0) return { memory, notices };
  return { memory: { count: memory.count + begun.length, open: [...open, ...begun] }, notices };
}

/** Whether what is open since an instant is a part of a storm. */
export function isInStorm(
  storms: readonly Storm[],
  { track, openedAtMs }: { readonly track: Track; readonly openedAtMs: EpochMs | null },
): boolean {
  return storms.some(
    (storm) =>
      storm.track === track &&
      openedAtMs !== null &&
      openedAtMs > storm.openedAtMs - GATHER_MS &&
      openedAtMs <= storm.openedAtMs + JOIN_MS,
  );
}

/** When fewer than half of what makes a storm are left, they are told one by one. */
function isOver(storm: Storm, tasks: readonly StormTask[], stormTasks: number): boolean {
  return 2 * tasksOf(storm, tasks).length < stormTasks;
}

function findStorms(
  memory: StormMemory,
  tasks: readonly StormTask[],
  { nowMs, stormTasks }: { readonly nowMs: EpochMs; readonly stormTasks: number },
): Storm[] {
  const fresh = tasks.filter(
    ({ spell }) => nowMs - spell.openedAtMs < GATHER_MS && !isInStorm(memory.open, spell),
  );
  const tracks = ["incident", "warning", "silence"] as const;
  const many = tracks.filter(
    (track) => fresh.filter(({ spell }) => spell.track === track).length >= stormTasks,
  );
  return many.map((track, i) => ({ number: memory.count + i + 1, track, openedAtMs: nowMs }));
}

function noticeOf(
  storm: Storm,
  phase: StormNotice["phase"],
  { tasks, nowMs }: { readonly tasks: readonly StormTask[]; readonly nowMs: EpochMs },
): StormNotice {
  const names = tasksOf(storm, tasks).map(({ name }) => name);
  const taskNames = names.sort().slice(0, MOST_NAMES);
  return { ...storm, kind: "storm", phase, atMs: nowMs, taskCount: names.length, taskNames };
}

function tasksOf(storm: Storm, tasks: readonly StormTask[]): StormTask[] {
  return tasks.filter(({ spell }) => isInStorm([storm], spell));
}
