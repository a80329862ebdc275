import type { EpochMs, RegionName } from "../units.ts";
import type { Judgement, RegionHealth, TaskState } from "./model.ts";
import { ASPECTS, type Aspect, type Finding } from "./rules/rules.ts";

/** Health of a region of which nothing is remembered. */
export const INITIAL_HEALTH: RegionHealth = {
  status: "healthy",
  streak: 0,
  failingSinceMs: null,
  advised: false,
  standing: [],
};

/** State of a task of which nothing is remembered. */
export const INITIAL_STATE: TaskState = {
  status: "OK",
  rule: null,
  sinceMs: 0,
  throughMs: -1,
  regions: {},
  silentWindows: 0,
  sequence: 0,
};

/**
 * Ends a step that runs through the window at `throughMs`: counts its events, dates a change of
 * status, drops regions that equal `INITIAL_HEALTH`. If nothing changed, the state is the same object
 * as before, so that nothing is written and the window may be judged again.
 */
export function conclude(before: TaskState, step: Judgement, throughMs: EpochMs): Judgement {
  const { state, transitions } = step;
  const next: TaskState = {
    ...state,
    sinceMs: state.status === before.status ? before.sinceMs : throughMs,
    throughMs,
    regions: worthRemembering(state.regions),
    sequence: before.sequence + transitions.length,
  };
  return { state: isSameState(before, next) ? before : next, transitions };
}

type Regions = Readonly<Record<RegionName, RegionHealth>>;

function worthRemembering(regions: Regions): Regions {
  const kept = Object.entries(regions).filter(
    ([, health]) => !isSameHealth(health, INITIAL_HEALTH),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSameState(a: TaskState, b: TaskState): boolean {
  return (
    a.status === b.status &&
    a.rule === b.rule &&
    a.silentWindows === b.silentWindows &&
    a.sequence === b.sequence &&
    isSameRegions(a.regions, b.regions)
  );
}

function isSameRegions(a: Regions, b: Regions): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [one, other] = [a[name], b[name]];
    return one !== undefined && other !== undefined && isSameHealth(one, other);
  });
}

function isSameHealth(a: RegionHealth, b: RegionHealth): boolean {
  return (
    a.status === b.status &&
    a.streak === b.streak &&
    a.failingSinceMs === b.failingSinceMs &&
    a.advised === b.advised &&
    ASPECTS.every((aspect) => isSameFinding(findingIn(a, aspect), findingIn(b, aspect)))
  );
}

function isSameFinding(a: Finding | null, b: Finding | null): boolean {
  return a?.rule === b?.rule && a?.severity === b?.severity;
}

function findingIn({ standing }: RegionHealth, aspect: Aspect): Finding | null {
  return standing.find((finding) => finding.aspect === aspect) ?? null;
}
