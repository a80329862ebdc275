import type { EpochMs, RegionName } from "../units.ts";

/** What is remembered of a region that was impaired at least once, or looks so. */
export interface RegionImpairment {
  /** One more with every impairment of the region; 0 before the first. */
  readonly number: number;
  /** Since when it looks impaired without being so; null while it does not. */
  readonly doubtedSinceMs: EpochMs | null;
  /** Since when it is impaired; null while it is well. */
  readonly sinceMs: EpochMs | null;
  /** Since when its share of failing targets is low; null while it is not, and while it is well. */
  readonly lowSinceMs: EpochMs | null;
}

/** What is remembered of a group that was below its `min_healthy` at least once. */
export interface GroupLack {
  /** One more whenever the group falls below. */
  readonly number: number;
  /** Since when it is below; null while it is not. */
  readonly sinceMs: EpochMs | null;
}

/** What is remembered of a trouble of the fleet itself that there was at least once, or that may begin. */
export interface HeldTrouble {
  /** One more whenever it begins. */
  readonly number: number;
  /** Since when it is on; null while it is not. */
  readonly sinceMs: EpochMs | null;
  /** The last minutes as bits, the newest lowest: 1 for a bad one. */
  readonly recent: number;
}

/** What is remembered of the fleet as a whole between looks. */
export interface FleetState {
  /** The last look that changed this state: regions are not judged again up to it. */
  readonly throughMs: EpochMs;
  /** Only regions that were impaired at least once, or look so. */
  readonly regions: Readonly<Record<RegionName, RegionImpairment>>;
  /** By `target_id`; only groups that were below at least once. */
  readonly groups: Readonly<Record<string, GroupLack>>;
  /** By kind, and region if it is of one; absent if there never was any. */
  readonly troubles?: Readonly<Record<string, HeldTrouble>>;
  /** The end of the last minute that changed them; absent like them. */
  readonly troublesToMs?: EpochMs;
}

/** State of a fleet of which nothing is remembered. */
export const INITIAL_FLEET: FleetState = { throughMs: -1, regions: {}, groups: {} };

/** The regions that abstain now. */
export function impairedRegions({ regions }: FleetState): ReadonlySet<RegionName> {
  const impaired = Object.entries(regions).filter(([, { sinceMs }]) => sinceMs !== null);
  return new Set(impaired.map(([name]) => name));
}

/** The state without instants after `toMs`, for a clock that was set back. Idempotent. */
export function takeBackFleet(state: FleetState, toMs: EpochMs): FleetState {
  const { troublesToMs = -1 } = state;
  if (Math.max(state.throughMs, troublesToMs) <= toMs) return state;
  const earlier = (atMs: EpochMs | null) => (atMs === null ? null : Math.min(atMs, toMs));
  const regions = Object.entries(state.regions).map(([name, held]) => [
    name,
    {
      number: held.number,
      doubtedSinceMs: earlier(held.doubtedSinceMs),
      sinceMs: earlier(held.sinceMs),
      lowSinceMs: earlier(held.lowSinceMs),
    },
  ]);
  const groups = Object.entries(state.groups).map(([id, { number, sinceMs }]) => [
    id,
    { number, sinceMs: earlier(sinceMs) },
  ]);
  return {
    throughMs: Math.min(state.throughMs, toMs),
    regions: Object.fromEntries(regions),
    groups: Object.fromEntries(groups),
    ...(state.troubles !== undefined && {
      troubles: troublesBefore(state.troubles, toMs),
      troublesToMs: Math.min(troublesToMs, toMs),
    }),
  };
}

function troublesBefore(
  troubles: NonNullable<FleetState["troubles"]>,
  toMs: EpochMs,
): NonNullable<FleetState["troubles"]> {
  const earlier = Object.entries(troubles).map(([key, { sinceMs, ...held }]) => [
    key,
    { ...held, sinceMs: sinceMs === null ? null : Math.min(sinceMs, toMs) },
  ]);
  return Object.fromEntries(earlier);
}
