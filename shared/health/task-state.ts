import type { TaskWindow } from "../summary/summary.ts";
import type { EpochMs, RegionName } from "../units.ts";
import type { Judgement, RegionHealth, TaskState } from "./model.ts";
import { isForgotten } from "./region-health.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { isSame } from "./same.ts";
import { INITIAL_TRENDS, worthStoring } from "./trends/trends.ts";

/** Health of a region of which nothing is remembered. */
export const INITIAL_HEALTH: RegionHealth = {
  status: "healthy",
  failCount: 0,
  passCount: 0,
  firstFailAtMs: null,
  lastFailAtMs: null,
  failingSinceMs: null,
  unhealthySinceMs: null,
  lastDownAtMs: null,
  downs: [],
  recent: "",
  share: null,
  throughMs: -1,
  silentSinceMs: null,
  advised: false,
};

/** State of a task of which nothing is remembered. */
export const INITIAL_STATE: TaskState = {
  status: "OK",
  rule: null,
  sinceMs: 0,
  throughMs: -1,
  regions: {},
  incident: { number: 0, openedAtMs: null, closedAtMs: null, reopenings: 0, belowSinceMs: null },
  warning: { number: 0, openedAtMs: null, severity: null, rule: null },
  silence: { number: 0, openedAtMs: null },
  trends: INITIAL_TRENDS,
  silentWindows: 0,
  sequence: 0,
};

/**
 * Ends a step: counts its events, drops regions that equal `INITIAL_HEALTH`, and notes the window that
 * it ran through; null for a look that closes no window. If nothing changed, the state is the same
 * object as before, so that nothing is written and the samples may be judged again.
 */
export function conclude(
  before: TaskState,
  step: Judgement,
  throughMs: EpochMs | null,
  by: Forgetting | null = null,
): Judgement {
  const { state, transitions } = step;
  if (state === before && transitions.length === 0) return { state: before, transitions };
  const next: TaskState = {
    ...state,
    throughMs: throughMs ?? before.throughMs,
    regions: worthRemembering(state.regions),
    sequence: before.sequence + transitions.length,
  };
  if (isSameState(before, next)) return { state: before, transitions };
  // What is forgotten is no reason to store a state, but is left out of one that is stored.
  return { state: by === null ? next : forget(next, by), transitions };
}

/** By what it is decided what is forgotten. */
interface Forgetting {
  readonly window: Pick<TaskWindow, "periodStartMs" | "scheduleMs">;
  readonly policy: AlertPolicy;
}

function forget(state: TaskState, { window, policy }: Forgetting): TaskState {
  const { periodStartMs: atMs, scheduleMs } = window;
  return {
    ...state,
    regions: withoutOldShares(state.regions, window),
    trends: worthStoring(state.trends, policy, { atMs, scheduleMs }),
  };
}

function withoutOldShares(
  regions: Regions,
  { periodStartMs, scheduleMs }: Forgetting["window"],
): Regions {
  const entries = Object.entries(regions).map(([name, health]): [RegionName, RegionHealth] => {
    const { share } = health;
    const isOld = share !== null && isForgotten(share, periodStartMs, scheduleMs);
    return [name, isOld ? { ...health, share: null } : health];
  });
  return worthRemembering(Object.fromEntries(entries));
}

type Regions = Readonly<Record<RegionName, RegionHealth>>;

function worthRemembering(regions: Regions): Regions {
  const kept = Object.entries(regions).filter(
    ([, health]) => !isSameHealth(health, INITIAL_HEALTH),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How far it was judged is no difference. */
function isSameState(a: TaskState, b: TaskState): boolean {
  if (!isSame({ ...a, regions: null, throughMs: 0 }, { ...b, regions: null, throughMs: 0 })) {
    return false;
  }
  const names = Object.keys(a.regions);
  if (names.length !== Object.keys(b.regions).length) return false;
  return names.every((name) => {
    const [one, other] = [a.regions[name], b.regions[name]];
    if (one === undefined || other === undefined) return false;
    return isSameHealth(one, other) || (b.incident.openedAtMs !== null && staysDown(one, other));
  });
}

/**
 * Whether an open incident learns nothing new from a region, because it goes on to fail. In a mass
 * outage every task would else be stored in every look.
 */
function staysDown(a: RegionHealth, b: RegionHealth): boolean {
  if (a.status !== "unhealthy" || b.status !== "unhealthy") return false;
  return isSame({ ...a, ...STILL_FAILING }, { ...b, ...STILL_FAILING });
}

const STILL_FAILING = {
  failCount: 0,
  lastFailAtMs: null,
  lastDownAtMs: null,
  downs: [],
  throughMs: 0,
} as const satisfies Partial<RegionHealth>;

function isSameHealth(a: RegionHealth, b: RegionHealth): boolean {
  return a === b || isSame({ ...a, throughMs: 0 }, { ...b, throughMs: 0 });
}
