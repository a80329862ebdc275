import type { EpochMs } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";

/**
 * A state whose instants are not later than `toMs`, where time goes on after a clock was set back:
 * windows from there on are judged again. The same object if none is later.
 */
export function takeBackState(state: TaskState, toMs: EpochMs): TaskState {
  const names = Object.keys(state.regions);
  const regions = Object.fromEntries(
    Object.entries(state.regions).map(([name, health]) => [name, takeBackHealth(health, toMs)]),
  );
  const isSame = names.every((name) => regions[name] === state.regions[name]);
  if (isSame && state.sinceMs <= toMs && state.throughMs < toMs) return state;
  return {
    ...state,
    sinceMs: Math.min(state.sinceMs, toMs),
    throughMs: Math.min(state.throughMs, toMs - 1),
    regions,
  };
}

function takeBackHealth(health: RegionHealth, toMs: EpochMs): RegionHealth {
  if (health.failingSinceMs === null || health.failingSinceMs <= toMs) return health;
  return { ...health, failingSinceMs: toMs };
}
