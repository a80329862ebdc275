import type { EpochMs } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { isSame as isEqual } from "./same.ts";
import { takeBackTrends } from "./trends/trends.ts";

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
  const next: TaskState = {
    ...state,
    sinceMs: Math.min(state.sinceMs, toMs),
    throughMs: Math.min(state.throughMs, toMs - 1),
    incident: takeBackInstants(state.incident, toMs),
    warning: takeBackInstants(state.warning, toMs),
    silence: takeBackInstants(state.silence, toMs),
    trends: takeBackTrends(state.trends, toMs),
    ...takeBackCertificates(state, toMs),
    regions: isSame ? state.regions : regions,
  };
  const isUnchanged =
    isSame &&
    next.sinceMs === state.sinceMs &&
    next.throughMs === state.throughMs &&
    next.incident === state.incident &&
    next.warning === state.warning &&
    next.silence === state.silence &&
    next.trends === state.trends &&
    isEqual(next.certificates, state.certificates);
  return isUnchanged ? state : next;
}

function takeBackCertificates({ certificates }: TaskState, toMs: EpochMs) {
  return certificates && { certificates: certificates.map((each) => takeBackInstants(each, toMs)) };
}

function takeBackHealth(health: RegionHealth, toMs: EpochMs): RegionHealth {
  const { throughMs, share } = health;
  const next = {
    ...takeBackInstants(health, toMs),
    downs: health.downs.map((spell) => takeBackInstants(spell, toMs)),
    ...(throughMs >= toMs && { throughMs: toMs - 1 }),
    ...(share !== null && share.atMs > toMs && { share: { ...share, atMs: toMs } }),
  };
  return isEqual(next, health) ? health : next;
}

/** The same thing with no instant (a field whose name ends in `AtMs` or `SinceMs`) later than `toMs`. */
function takeBackInstants<T extends object>(thing: T, toMs: EpochMs): T {
  const later = Object.entries(thing).filter(
    ([name, value]) => /(At|Since)Ms$/.test(name) && typeof value === "number" && value > toMs,
  );
  if (later.length === 0) return thing;
  return { ...thing, ...Object.fromEntries(later.map(([name]) => [name, toMs])) };
}
