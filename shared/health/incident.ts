import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName, SECOND_MS } from "../units.ts";
import { turnsAfter, wasUnhealthyAt } from "./down-spells.ts";
import type { DownSpell, Incident, RegionHealth } from "./model.ts";
import type { AlertPolicy } from "./rules/rules.ts";

/** A region is heard while it gave a sample in the last periods, and in this time at least. */
const FRESH_PERIODS = 2;
const LEAST_FRESH_MS: DurationMs = 150 * SECOND_MS;

/** Regions agree if they were down within this much of each other. */
const RECENT_MS: DurationMs = 20 * SECOND_MS;

/** The same for schedules over a minute, whose further checks come from other regions' doubts. */
const RECENT_SLOW_MS: DurationMs = 45 * SECOND_MS;

/** A region that nobody can confirm must fail once more, and for this long. */
const LONE_FAILING_MS: DurationMs = 45 * SECOND_MS;

/** A lower threshold than this is the user's word: it is not made surer. */
const LONE_LEAST_THRESHOLD = 4;

/** An incident that opens again within this time after its close is flapping. */
const REOPEN_MS: DurationMs = 15 * MINUTE_MS;

const FIRST_HOLD_MS: DurationMs = 5 * MINUTE_MS;
const LONGEST_HOLD_MS: DurationMs = 60 * MINUTE_MS;

/** A task at one instant: the health of its regions, and which of them are asked. */
export interface TaskInstant {
  readonly atMs: EpochMs;
  readonly scheduleMs: DurationMs;
  readonly regions: ReadonlyMap<RegionName, RegionHealth>;
  /** Regions whose probes are sick: they abstain. */
  readonly sick: ReadonlySet<RegionName>;
}

/** How the regions stand to each other at an instant. */
export interface Quorum {
  /** Regions that are heard, in order of their names. */
  readonly voters: readonly RegionName[];
  /** Those that are down. */
  readonly down: readonly RegionName[];
  readonly needed: number;
}

/**
 * The instants to be judged when a sample comes: its own and, if other regions' samples are known
 * already that are later, those at which these regions turned. Samples of some regions arrive later
 * than those of others, and the decisions must be the same.
 */
export function instantsFrom(
  atMs: EpochMs,
  regions: ReadonlyMap<RegionName, RegionHealth>,
): EpochMs[] {
  const turns = [...regions.values()].flatMap((health) => turnsAfter(health, atMs));
  return [atMs, ...turns.sort((a, b) => a - b)];
}

/**
 * Moves an incident by one instant. The same object if nothing changed, and if the instant is before
 * what was decided: samples that came late reverse nothing.
 */
export function moveIncident(
  incident: Incident,
  now: TaskInstant,
  policy: AlertPolicy,
): { readonly incident: Incident; readonly quorum: Quorum } {
  if (isDecided(incident, now.atMs)) return { incident, quorum: NO_QUORUM };
  if (incident.openedAtMs === null) {
    const quorum = openingQuorum(incident, now, policy);
    const opens = isReached(quorum) && quorum.voters.length >= policy.minReporting;
    return { incident: opens ? openIncident(incident, now.atMs) : incident, quorum };
  }
  const quorum = heldQuorum(now, policy);
  return { incident: holdIncident(incident, quorum, now.atMs), quorum };
}

const NO_QUORUM: Quorum = { voters: [], down: [], needed: 0 };

/** The instant that opened an incident never closes it: a passed check of it may come again. */
function isDecided({ openedAtMs, closedAtMs, belowSinceMs }: Incident, atMs: EpochMs): boolean {
  if (openedAtMs !== null && atMs <= openedAtMs) return true;
  return atMs < Math.max(closedAtMs ?? -1, belowSinceMs ?? -1);
}

/** Whether enough regions are down. */
function isReached({ down, needed }: Quorum): boolean {
  return needed > 0 && down.length >= needed;
}

function openIncident(last: Incident, atMs: EpochMs): Incident {
  const isSoon = last.closedAtMs !== null && atMs - last.closedAtMs < REOPEN_MS;
  return {
    number: last.number + 1,
    openedAtMs: atMs,
    closedAtMs: last.closedAtMs,
    reopenings: isSoon ? last.reopenings + 1 : 0,
    belowSinceMs: null,
  };
}

/** Closes it when too few regions have been down for its hold time. */
function holdIncident(incident: Incident, quorum: Quorum, atMs: EpochMs): Incident {
  if (quorum.voters.length === 0) return incident;
  if (isReached(quorum)) {
    return incident.belowSinceMs === null ? incident : { ...incident, belowSinceMs: null };
  }
  const belowSinceMs = incident.belowSinceMs ?? atMs;
  if (atMs - belowSinceMs >= holdOf(incident)) {
    return { ...incident, openedAtMs: null, closedAtMs: atMs, belowSinceMs: null };
  }
  return incident.belowSinceMs === null ? { ...incident, belowSinceMs } : incident;
}

/** How long a flapping incident stays open after it is over: longer each time. */
function holdOf({ reopenings }: Incident): DurationMs {
  if (reopenings === 0) return 0;
  return Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** reopenings);
}

/**
 * A region counts as down for a while after its last failure, even if it recovered since: so what it
 * did later, which may not have arrived yet, can't undo a decision.
 */
function openingQuorum(incident: Incident, now: TaskInstant, policy: AlertPolicy): Quorum {
  const voters = votersAt(now);
  const needed = neededOf(policy, voters.length);
  const [lone] = voters;
  if (voters.length === 1 && lone !== undefined) {
    const isDown = isSurelyDown(now.regions.get(lone), policy);
    return { voters, down: isDown ? voters : [], needed };
  }
  const closedAtMs = incident.closedAtMs ?? Number.NEGATIVE_INFINITY;
  const sinceMs = now.atMs - recentMs(now, policy);
  const wasDown = ({ firstAtMs, lastAtMs }: DownSpell) =>
    firstAtMs <= now.atMs && lastAtMs >= sinceMs && lastAtMs > closedAtMs;
  const down = voters.filter((name) => now.regions.get(name)?.downs.some(wasDown));
  return { voters, down, needed };
}

/** Without rechecks a region that is down fails only once a period. */
function recentMs({ scheduleMs }: TaskInstant, policy: AlertPolicy): DurationMs {
  const least = scheduleMs > MINUTE_MS ? RECENT_SLOW_MS : RECENT_MS;
  return policy.recheckSeconds.length === 0 ? Math.max(least, scheduleMs) : least;
}

/** Nobody else can say whether it is the target or the way to it, so a lone region must be surer. */
function isSurelyDown(health: RegionHealth | undefined, policy: AlertPolicy): boolean {
  if (health?.status !== "unhealthy" || health.lastFailAtMs === null) return false;
  if (policy.failures !== null || policy.failureThreshold < LONE_LEAST_THRESHOLD) return true;
  const failingMs = health.lastFailAtMs - (health.firstFailAtMs ?? health.lastFailAtMs);
  return health.failCount > policy.failureThreshold && failingMs >= LONE_FAILING_MS;
}

const NO_REGION: ReadonlySet<RegionName> = new Set();

/**
 * A region that abstains ends no incident that others see too, and holds none that it sees alone. So
 * none closes because a region is known to be sick, and none stays open because of it.
 */
function heldQuorum(now: TaskInstant, policy: AlertPolicy): Quorum {
  const own = holdingQuorum(now, policy);
  if (now.sick.size === 0 || isReached(own)) return own;
  const all = holdingQuorum({ ...now, sick: NO_REGION }, policy);
  return own.voters.length === 0 || (own.down.length > 0 && isReached(all)) ? all : own;
}

/** A region that was down and is silent since holds the incident open: silence is no recovery. */
function holdingQuorum(now: TaskInstant, policy: AlertPolicy): Quorum {
  const voters = votersAt(now);
  const down = [...now.regions].filter(([, health]) => wasUnhealthyAt(health, now.atMs));
  const held = down.map(([name]) => name).filter((name) => !now.sick.has(name));
  const all = [...new Set([...voters, ...held])];
  return { voters, down: held, needed: neededOf(policy, all.length) };
}

function votersAt({ regions, sick, scheduleMs, atMs }: TaskInstant): RegionName[] {
  const freshMs = Math.max(FRESH_PERIODS * scheduleMs, LEAST_FRESH_MS);
  const isHeard = ({ silentSinceMs }: RegionHealth) =>
    silentSinceMs === null || atMs - silentSinceMs <= freshMs;
  return [...regions]
    .filter(([name, health]) => !sick.has(name) && isHeard(health))
    .map(([name]) => name);
}

/** How many of the voting regions must be down so that the task is. */
export function neededOf({ quorum }: Pick<AlertPolicy, "quorum">, votingCount: number): number {
  if (votingCount === 0) return 0;
  return quorum === "majority" ? Math.floor(votingCount / 2) + 1 : Math.min(quorum, votingCount);
}
