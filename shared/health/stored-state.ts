import type { RegionName } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { isOfAvailability } from "./rules/rules.ts";
import { isSame } from "./same.ts";
import { statusOf } from "./status.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "./task-state.ts";
import {
  fromStoredTrends,
  INITIAL_TRENDS,
  type StoredTrends,
  toStoredTrends,
} from "./trends/trends.ts";

interface StoredHealth extends Partial<RegionHealth> {
  /** Consecutive checks against `status`, as versions before incidents had it. */
  readonly streak?: number;
  /** The region's last vote, as versions before trends had it. */
  readonly standing?: unknown;
}

type Stored<Part extends keyof TaskState> = Partial<TaskState[Part]>;

/** A task's state as stored: plain JSON that every version of home reads. */
export interface StoredState
  extends Partial<Omit<TaskState, "regions" | "incident" | "warning" | "silence" | "trends">> {
  readonly regions: Readonly<Record<RegionName, StoredHealth>>;
  readonly incident?: Stored<"incident">;
  readonly warning?: Stored<"warning">;
  readonly silence?: Stored<"silence">;
  /** Absent if nothing is remembered. */
  readonly trends?: StoredTrends;
}

/**
 * A state in its stored form. What is as it is initially is left out: the states of all tasks are read
 * in every run, and most of what they could remember they do not.
 */
export function toStoredState(state: TaskState): StoredState {
  const { status, sequence, trends } = state;
  const { warning, silence, ...changed } = changedFrom(INITIAL_STATE, state);
  const regions = Object.entries(state.regions).map(([name, health]) => [
    name,
    changedFrom(INITIAL_HEALTH, health),
  ]);
  return {
    ...changed,
    ...{ status, sequence, regions: Object.fromEntries(regions) },
    // Even if all of it is initial it is there: it tells a state from one of before incidents.
    incident: changedFrom(INITIAL_STATE.incident, state.incident),
    ...(warning && { warning: changedFrom(INITIAL_STATE.warning, warning) }),
    ...(silence && { silence: changedFrom(INITIAL_STATE.silence, silence) }),
    ...(trends !== INITIAL_TRENDS && { trends: toStoredTrends(trends) }),
  };
}

function changedFrom<T extends object>(initial: T, value: T): Partial<T> {
  const changed = Object.entries(value).filter(([name, field]) => {
    return !isSame(field, Reflect.get(initial, name));
  });
  return Object.fromEntries(changed) as Partial<T>;
}

/**
 * The state in a stored one. What an older version did not store is as it is initially, but an older
 * version's status goes on: what is CRITICAL there is an open incident.
 */
export function fromStoredState(stored: StoredState): TaskState {
  const regions = Object.entries(stored.regions).map(([name, health]) => [
    name,
    fromStoredHealth(health, stored),
  ]);
  return {
    ...INITIAL_STATE,
    ...stored,
    ...spellsIn(stored),
    regions: Object.fromEntries(regions),
    trends: fromStoredTrends(stored.trends ?? null),
  };
}

type Spells = Pick<TaskState, "incident" | "warning" | "silence">;

/**
 * What is open. An older version that ran again in between keeps the spells as they were and changes
 * the status: then that counts, as the next of its kind.
 */
function spellsIn(stored: StoredState): Spells {
  const isOfMinutes = stored.incident === undefined;
  const { incident, warning, silence } = isOfMinutes
    ? { ...spellsOf(stored, 1), ...stored }
    : stored;
  const spells = filledSpells({
    ...(incident && { incident }),
    ...(warning && { warning }),
    ...(silence && { silence }),
  });
  if (stored.status === undefined || statusOf(spells).status === stored.status) return spells;
  const numbers = [spells.incident, spells.warning, spells.silence].map(({ number }) => number);
  return filledSpells({
    incident: { ...spells.incident, openedAtMs: null, belowSinceMs: null },
    warning: { number: spells.warning.number },
    silence: { number: spells.silence.number },
    ...spellsOf(stored, Math.max(...numbers) + 1),
  });
}

function filledSpells(known: Pick<StoredState, keyof Spells>): Spells {
  return {
    incident: { ...INITIAL_STATE.incident, ...known.incident },
    warning: { ...INITIAL_STATE.warning, ...known.warning },
    silence: { ...INITIAL_STATE.silence, ...known.silence },
  };
}

function fromStoredHealth(
  { streak = 0, standing: _dropped, ...health }: StoredHealth,
  { sinceMs = 0 }: StoredState,
): RegionHealth {
  const isDown = health.status === "unhealthy";
  const earlier: Partial<RegionHealth> = isDown
    ? { passCount: streak, unhealthySinceMs: sinceMs }
    : { failCount: streak };
  const sinceFailing = health.failingSinceMs ?? null;
  const isFailing = !isDown && streak > 0 && sinceFailing !== null;
  return {
    ...INITIAL_HEALTH,
    ...(streak > 0 || isDown ? earlier : {}),
    ...(isFailing && { firstFailAtMs: sinceFailing, lastFailAtMs: sinceFailing }),
    ...health,
  };
}

/** What was open in a version without incidents. */
function spellsOf({ status, rule = null, sinceMs = 0 }: StoredState, number: number) {
  const openedAtMs = sinceMs;
  const isOfFigures = rule !== null && !isOfAvailability(rule);
  if (status === "NO_DATA") return { silence: { number, openedAtMs } };
  if (status === "CRITICAL" && !isOfFigures) return { incident: { number, openedAtMs } };
  if (status === undefined || status === "OK") return {};
  const severity = status === "CRITICAL" ? ("critical" as const) : ("warning" as const);
  return { warning: { number, openedAtMs, severity, rule } };
}
