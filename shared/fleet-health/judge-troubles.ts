import type { EpochMs, RegionName } from "../units.ts";
import type { FleetState, HeldTrouble } from "./fleet-state.ts";

/** What can be wrong with the fleet itself, as home sees it from minute to minute. */
export type TroubleKind =
  | "region_missing"
  | "shard_missing"
  | "minutes_lost"
  | "slots_missed"
  | "plan_stale"
  | "aggregator_behind"
  | "outbox_stuck"
  | "dead_man";

/** When a trouble begins and when it is over, in judged minutes. */
interface TroubleRule {
  /** It begins with so many bad minutes ... */
  readonly bad: number;
  /** ... among so many: at most 30, the bits that are remembered. */
  readonly among: number;
  /** It is over after so many good minutes in a row. */
  readonly well: number;
}

/**
 * A lost minute a quarter of an hour is Scheduler's and Lambda's own dice; three are a cause. Whoever
 * loses every other minute never loses five in a row, so that no alarm on silence sees it.
 */
const RULES: Readonly<Record<TroubleKind, TroubleRule>> = {
  region_missing: { bad: 3, among: 3, well: 2 },
  shard_missing: { bad: 3, among: 3, well: 1 },
  minutes_lost: { bad: 3, among: 15, well: 15 },
  slots_missed: { bad: 5, among: 5, well: 5 },
  plan_stale: { bad: 3, among: 3, well: 1 },
  aggregator_behind: { bad: 3, among: 3, well: 3 },
  outbox_stuck: { bad: 3, among: 3, well: 1 },
  dead_man: { bad: 10, among: 10, well: 1 },
};

/** Whether something was wrong in the judged minute. Who is not asked about stays as it was. */
export interface TroubleSign {
  readonly kind: TroubleKind;
  /** Null if it is of home. */
  readonly region: RegionName | null;
  readonly isBad: boolean;
}

/** Whether the last judged minute was bad. */
export function wasBad(state: FleetState, kind: TroubleKind, region: RegionName): boolean {
  return ((state.troubles?.[keyOf(kind, region)]?.recent ?? 0) & 1) === 1;
}

/** A trouble that has begun and is not over. */
export interface OpenTrouble extends Pick<TroubleSign, "kind" | "region"> {
  readonly sinceMs: EpochMs;
}

/** The troubles that the fleet is in, in order of their kinds and regions. */
export function openTroubles({ troubles = {} }: FleetState): OpenTrouble[] {
  return Object.entries(troubles).flatMap(([key, { sinceMs }]) =>
    sinceMs === null ? [] : { ...partsOf(key), sinceMs },
  );
}

/** A trouble began, or is over. Each change becomes one event. */
export interface TroubleChange extends Pick<TroubleSign, "kind" | "region"> {
  readonly phase: "raised" | "cleared";
  /** The number of the trouble of this kind and region. */
  readonly number: number;
  readonly atMs: EpochMs;
  readonly sinceMs: EpochMs;
}

/** A step's result: the next state, the same object if nothing changed, and what changed. */
export interface TroublesJudgement {
  readonly state: FleetState;
  readonly changes: readonly TroubleChange[];
}

const REMEMBERED_MINUTES = 30;
const ALL_BITS = 2 ** REMEMBERED_MINUTES - 1;

/**
 * Decides which troubles begin and end with the minute that ends at `atMs`. A region that is no longer
 * of the fleet is no longer in trouble. A minute up to the last judged one changes nothing.
 */
export function judgeTroubles(
  state: FleetState,
  signs: readonly TroubleSign[],
  { atMs, regions }: { readonly atMs: EpochMs; readonly regions: readonly RegionName[] },
): TroublesJudgement {
  const { troubles, troublesToMs = -1 } = state;
  if (atMs <= troublesToMs) return { state, changes: [] };
  const held = new Map(Object.entries(troubles ?? {}));
  const changes = [
    ...signs.flatMap((sign) => turnOf(held, sign, atMs) ?? []),
    ...endRemoved(held, regions, atMs),
  ];
  if (isSame(troubles ?? {}, held)) return { state, changes: [] };
  const sorted = [...held].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    state: { ...state, troubles: Object.fromEntries(sorted), troublesToMs: atMs },
    changes,
  };
}

/** Moves one trouble by one minute; null if it neither begins nor ends. */
function turnOf(
  held: Map<string, HeldTrouble>,
  { kind, region, isBad }: TroubleSign,
  atMs: EpochMs,
): TroubleChange | null {
  const key = keyOf(kind, region);
  const before = held.get(key) ?? NOTHING_HELD;
  const recent = ((before.recent * 2) & ALL_BITS) | (isBad ? 1 : 0);
  const rule = RULES[kind];
  const about = { kind, region, atMs };
  if (before.sinceMs === null) {
    if (countBits(recent, rule.among) < rule.bad) {
      if (recent === 0 && before.number === 0) held.delete(key);
      else held.set(key, { ...before, recent });
      return null;
    }
    const number = before.number + 1;
    held.set(key, { number, sinceMs: atMs, recent });
    return { ...about, phase: "raised", number, sinceMs: atMs };
  }
  const { number, sinceMs } = before;
  if (countBits(recent, rule.well) > 0) {
    held.set(key, { ...before, recent });
    return null;
  }
  held.set(key, { number, sinceMs: null, recent: 0 });
  return { ...about, phase: "cleared", number, sinceMs };
}

const NOTHING_HELD: HeldTrouble = { number: 0, sinceMs: null, recent: 0 };

function isSame(
  before: NonNullable<FleetState["troubles"]>,
  after: ReadonlyMap<string, HeldTrouble>,
) {
  if (Object.keys(before).length !== after.size) return false;
  return [...after].every(([key, one]) => {
    const held = before[key];
    return (
      held?.number === one.number && held.sinceMs === one.sinceMs && held.recent === one.recent
    );
  });
}

function endRemoved(
  held: Map<string, HeldTrouble>,
  regions: readonly RegionName[],
  atMs: EpochMs,
): TroubleChange[] {
  return [...held].flatMap(([key, { number, sinceMs }]) => {
    const { kind, region } = partsOf(key);
    if (region === null || regions.includes(region)) return [];
    held.set(key, { number, sinceMs: null, recent: 0 });
    return sinceMs === null
      ? []
      : { kind, region, atMs, phase: "cleared" as const, number, sinceMs };
  });
}

/** A trouble that is on. */
export interface TroubleNow extends Pick<TroubleSign, "kind" | "region"> {
  readonly sinceMs: EpochMs;
}

/** The troubles that are on, by kind and region. */
export function troublesNow({ troubles = {} }: FleetState): TroubleNow[] {
  return Object.entries(troubles).flatMap(([key, { sinceMs }]) => {
    if (sinceMs === null) return [];
    const [kind = "", region = null] = key.split(" ");
    return { kind: kind as TroubleKind, region, sinceMs };
  });
}

function keyOf(kind: TroubleKind, region: RegionName | null): string {
  return region === null ? kind : `${kind} ${region}`;
}

function partsOf(key: string): Pick<TroubleSign, "kind" | "region"> {
  const [kind, region = null] = key.split(" ") as [TroubleKind, RegionName?];
  return { kind, region };
}

function countBits(bits: number, last: number): number {
  let count = 0;
  for (let i = 0; i < last; i++) count += (bits >> i) & 1;
  return count;
}
