import type { RegionName } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { ruleNamed } from "./rules/rules.ts";
import { isSame } from "./same.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "./task-state.ts";
import { fromStoredTrends, INITIAL_TRENDS, type StoredTrends } from "./trends/trends.ts";

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
export function toStoredState({ trends, ...state }: TaskState): StoredState {
  const regions = Object.entries(state.regions).map(([name, health]) => [
    name,
    { status: health.status, ...changedFrom(INITIAL_HEALTH, health) },
  ]);
  return {
    ...state,
    regions: Object.fromEntries(regions),
    // Even if all of it is initial it is there: it tells a state from one of before incidents.
    incident: changedFrom(INITIAL_STATE.incident, state.incident),
    warning: changedFrom(INITIAL_STATE.warning, state.warning),
    silence: changedFrom(INITIAL_STATE.silence, state.silence),
    ...(trends !== INITIAL_TRENDS && { trends }),
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
  const { incident, warning, silence } = { ...spellsOf(stored), ...stored };
  return {
    ...INITIAL_STATE,
    ...stored,
    regions: Object.fromEntries(regions),
    incident: { ...INITIAL_STATE.incident, ...incident },
    warning: { ...INITIAL_STATE.warning, ...warning },
    silence: { ...INITIAL_STATE.silence, ...silence },
    trends: fromStoredTrends(stored.trends ?? null),
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
function spellsOf({ status, rule = null, sinceMs = 0 }: StoredState) {
  const openedAtMs = sinceMs;
  const isLatency = rule !== null && ruleNamed(rule)?.aspect === "latency";
  if (status === "NO_DATA") return { silence: { number: 1, openedAtMs } };
  if (status === "CRITICAL" && !isLatency) return { incident: { number: 1, openedAtMs } };
  if (status === undefined || status === "OK") return {};
  const severity = status === "CRITICAL" ? ("critical" as const) : ("warning" as const);
  return { warning: { number: 1, openedAtMs, severity, rule } };
}
