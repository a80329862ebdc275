import type { EpochMs } from "../units.ts";
import type { FleetState, GroupLack } from "./fleet-state.ts";

/** So many groups change in one look; the others follow in the next one. A record is one item. */
const MOST_CHANGES = 40;

/**
 * So many groups can be below at the same time: further ones are told when others have recovered. Of
 * more that were below, those that have recovered are forgotten.
 */
const MOST_GROUPS = 500;

/** One task of a group. */
export interface GroupMember {
  /** Its target, `host:port`. */
  readonly host: string;
  /** No incident of it is open, and it has data. */
  readonly isHealthy: boolean;
}

/** The tasks of a `target_id`, and how many of their targets must be healthy. */
export interface JudgedGroup {
  readonly targetId: string;
  /** Null if the group is not judged. */
  readonly minHealthy: number | null;
  readonly members: readonly GroupMember[];
  /** Its alerts are held, so it stays as it was: what outlasts that is told at its end. */
  readonly isHeld?: boolean;
}

/** The targets of a group, by name. A target with several tasks is healthy if all of them are. */
export interface GroupTargets {
  readonly healthy: readonly string[];
  readonly unhealthy: readonly string[];
}

/** A group fell below its `min_healthy`, or is no longer below. Each change becomes one event. */
export interface GroupChange extends GroupTargets {
  readonly targetId: string;
  readonly phase: "raised" | "cleared";
  readonly reason: "below" | "recovered" | "no_longer_judged";
  /** How often the group fell below. */
  readonly number: number;
  readonly atMs: EpochMs;
  /** When it fell below. */
  readonly sinceMs: EpochMs;
  /** Null if the group is no longer judged. */
  readonly minHealthy: number | null;
}

/** A step's result: the next state, the same object if nothing changed, and what changed. */
export interface GroupsJudgement {
  readonly state: FleetState;
  readonly changes: readonly GroupChange[];
}

/** A task, and the group that it is in; null if it is in none. */
export interface GroupTask extends GroupMember {
  readonly targetId: string | null;
}

/** The tasks of each group, by `target_id` in order. */
export function membersByGroup(
  tasks: readonly GroupTask[],
): ReadonlyMap<string, readonly GroupMember[]> {
  const groups = new Map<string, GroupMember[]>();
  for (const { targetId, host, isHealthy } of tasks) {
    if (targetId === null) continue;
    const members = groups.get(targetId) ?? [];
    members.push({ host, isHealthy });
    groups.set(targetId, members);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The targets of a group's members, each once. */
export function groupTargets(members: readonly GroupMember[]): GroupTargets {
  const unhealthy = new Set(members.flatMap(({ host, isHealthy }) => (isHealthy ? [] : host)));
  const hosts = [...new Set(members.map(({ host }) => host))].sort();
  return {
    healthy: hosts.filter((host) => !unhealthy.has(host)),
    unhealthy: hosts.filter((host) => unhealthy.has(host)),
  };
}

/**
 * Decides which groups are below their `min_healthy`, from what is true of their tasks at `atMs`. A
 * group that has become smaller than its `min_healthy` is below it, because the user asked for more.
 */
export function judgeGroups(
  state: FleetState,
  groups: readonly JudgedGroup[],
  atMs: EpochMs,
): GroupsJudgement {
  const turned = groups.flatMap((group) => turnOf(state, group, atMs) ?? []);
  const known = new Set(groups.map(({ targetId }) => targetId));
  const gone = Object.keys(state.groups).filter((targetId) => !known.has(targetId));
  const ended = gone.flatMap((targetId) => turnOf(state, noGroup(targetId), atMs) ?? []);
  const changes = thatFit(state, [...turned, ...ended].sort(byTarget));
  if (changes.length === 0) return { state, changes };
  const lacks = changes.map(({ targetId, number, phase, sinceMs }) => [
    targetId,
    { number, sinceMs: phase === "raised" ? sinceMs : null },
  ]);
  const next = { ...state.groups, ...Object.fromEntries(lacks) };
  const throughMs = Math.max(state.throughMs, atMs);
  return { state: { ...state, throughMs, groups: bounded(next) }, changes };
}

function thatFit({ groups }: FleetState, changes: readonly GroupChange[]): GroupChange[] {
  const belowCount = Object.values(groups).filter(({ sinceMs }) => sinceMs !== null).length;
  const cleared = changes.filter(({ phase }) => phase === "cleared").slice(0, MOST_CHANGES);
  const roomCount = Math.min(MOST_CHANGES, MOST_GROUPS - belowCount + cleared.length);
  const raised = changes.filter(({ phase }) => phase === "raised").slice(0, roomCount);
  return [...cleared, ...raised].slice(0, MOST_CHANGES);
}

function noGroup(targetId: string): JudgedGroup {
  return { targetId, minHealthy: null, members: [] };
}

/** Null if the group is as it was. */
function turnOf(
  state: FleetState,
  { targetId, minHealthy, members, isHeld = false }: JudgedGroup,
  atMs: EpochMs,
): GroupChange | null {
  if (isHeld) return null;
  const held = state.groups[targetId];
  const belowSinceMs = held?.sinceMs ?? null;
  const targets = groupTargets(members);
  const isBelow = minHealthy !== null && targets.healthy.length < minHealthy;
  if (isBelow === (belowSinceMs !== null)) return null;
  const about = { targetId, minHealthy, atMs, ...targets };
  if (isBelow) {
    const number = (held?.number ?? 0) + 1;
    return { ...about, phase: "raised", reason: "below", number, sinceMs: atMs };
  }
  const reason = minHealthy === null ? "no_longer_judged" : "recovered";
  const sinceMs = belowSinceMs ?? atMs;
  return { ...about, phase: "cleared", reason, number: held?.number ?? 1, sinceMs };
}

function byTarget(a: GroupChange, b: GroupChange): number {
  return a.targetId < b.targetId ? -1 : 1;
}

function bounded(groups: Readonly<Record<string, GroupLack>>): Record<string, GroupLack> {
  const all = Object.entries(groups).sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length <= MOST_GROUPS) return Object.fromEntries(all);
  return Object.fromEntries(all.filter(([, { sinceMs }]) => sinceMs !== null));
}
