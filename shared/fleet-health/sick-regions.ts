import type { ErrorKind } from "../result/result.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName, SECOND_MS } from "../units.ts";
import type { FleetState, RegionImpairment } from "./fleet-state.ts";

/** A region with fewer targets, or with fewer that fail, says nothing of its own network. */
const LEAST_TARGETS = 5;

/** Below this share of failing targets no region is impaired. */
const LEAST_SHARE = 0.3;

/** An impaired region fails more than this many times the median share of the others. */
const TIMES_OTHERS = 3;

/** A region is well again below this part of the share that makes it impaired. */
const WELL_BELOW = 0.5;

/**
 * For so long it must look impaired, if others can be asked. What the regions say in one look is of up
 * to a flush apart: where targets are down, the region that tells it first looks like the only one.
 */
const IMPAIRED_AFTER_MS: DurationMs = 30 * SECOND_MS;

/** For so long its share must be low before it votes again. */
const WELL_AFTER_MS: DurationMs = 2 * MINUTE_MS;

/** Events name no more error kinds than this. */
const SHOWN_KINDS = 3;

/** How many targets (distinct `host:port`) a region checks, and of how many its last check failed. */
export interface RegionCount {
  readonly region: RegionName;
  readonly checkedCount: number;
  readonly failingCount: number;
  /** The kinds of its failures now, with how many each; only shown. */
  readonly kinds?: Readonly<Partial<Record<ErrorKind, number>>>;
}

/** A region became impaired, or is well again. Each change becomes one event. */
export interface RegionChange extends Required<Omit<RegionCount, "kinds">> {
  readonly phase: "raised" | "cleared";
  readonly reason: "impaired" | "recovered" | "region_removed";
  /** The number of the region's impairment. */
  readonly number: number;
  readonly atMs: EpochMs;
  /** When the impairment began. */
  readonly sinceMs: EpochMs;
  /** The median share of the other regions that check enough targets; null without one. */
  readonly othersShare: number | null;
  /** The most frequent kinds of failures, the first one first. */
  readonly kinds: readonly ErrorKind[];
  /** No other region votes, so that nothing tells whether the targets are down. */
  readonly isAlone: boolean;
}

/** A step's result: the next state, the same object if nothing changed, and what changed. */
export interface RegionsJudgement {
  readonly state: FleetState;
  readonly changes: readonly RegionChange[];
}

/** A look at the regions. */
export interface RegionsLook {
  readonly atMs: EpochMs;
  /** Every region of the fleet; one without a count is as it was. */
  readonly regions: readonly RegionName[];
}

/** A region with what the others say at the same time. */
interface Compared extends RegionCount {
  readonly share: number;
  readonly othersShare: number | null;
}

/**
 * Decides which regions are impaired, from counts of all tasks' targets. A region is impaired if at
 * least 30 % of its targets (5 at least) fail, and more than three times the median share of the other
 * regions, for 30 s; it is until its share is below half of that for two minutes. A region alone is
 * impaired at once, because it would be believed alone. A majority of the regions can't
 * be impaired at the same time by equal shares: what most regions see is what the targets are.
 */
export function judgeRegions(
  state: FleetState,
  counts: readonly RegionCount[],
  { atMs, regions }: RegionsLook,
): RegionsJudgement {
  if (atMs <= state.throughMs) return { state, changes: [] };
  const compared = compare(counts.filter(({ region }) => regions.includes(region)));
  const next = new Map(Object.entries(state.regions));
  for (const count of compared) {
    const moved = nextImpairment(next.get(count.region), count, atMs);
    if (moved !== null) next.set(count.region, moved);
  }
  for (const [region, held] of next) if (!regions.includes(region)) next.set(region, well(held));
  for (const [region, { number, doubtedSinceMs }] of next) {
    if (number === 0 && doubtedSinceMs === null) next.delete(region);
  }
  if (isSame(state.regions, next)) return { state, changes: [] };
  const after = { ...state, throughMs: atMs, regions: Object.fromEntries([...next].sort(byName)) };
  return { state: after, changes: changesBetween(state, after, compared) };
}

function compare(counts: readonly RegionCount[]): Compared[] {
  return counts.map((count) => {
    const others = counts.filter(
      ({ region, checkedCount }) => region !== count.region && checkedCount >= LEAST_TARGETS,
    );
    return { ...count, share: shareOf(count), othersShare: medianOf(others.map(shareOf)) };
  });
}

function shareOf({ checkedCount, failingCount }: RegionCount): number {
  return checkedCount === 0 ? 0 : failingCount / checkedCount;
}

/** The mean of the two in the middle if their number is even; null of nothing. */
function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** Null if there is nothing to remember of the region. */
function nextImpairment(
  held: RegionImpairment | undefined,
  count: Compared,
  atMs: EpochMs,
): RegionImpairment | null {
  if (held === undefined || held.sinceMs === null) {
    if (!looksImpaired(count)) return held === undefined ? null : well(held);
    const doubtedSinceMs = held?.doubtedSinceMs ?? atMs;
    const number = held?.number ?? 0;
    const isSure = count.othersShare === null || atMs - doubtedSinceMs >= IMPAIRED_AFTER_MS;
    return isSure
      ? { number: number + 1, doubtedSinceMs: null, sinceMs: doubtedSinceMs, lowSinceMs: null }
      : { number, doubtedSinceMs, sinceMs: null, lowSinceMs: null };
  }
  if (!isLow(count)) return { ...held, lowSinceMs: null };
  const lowSinceMs = held.lowSinceMs ?? atMs;
  return atMs - lowSinceMs >= WELL_AFTER_MS ? well(held) : { ...held, lowSinceMs };
}

function well({ number }: RegionImpairment): RegionImpairment {
  return { number, doubtedSinceMs: null, sinceMs: null, lowSinceMs: null };
}

function looksImpaired({ failingCount, share, othersShare }: Compared): boolean {
  if (failingCount < LEAST_TARGETS || share < LEAST_SHARE) return false;
  return othersShare === null || share > TIMES_OTHERS * othersShare;
}

function isLow({ checkedCount, share, othersShare }: Compared): boolean {
  if (checkedCount < LEAST_TARGETS) return true;
  return share < WELL_BELOW * Math.max(LEAST_SHARE, TIMES_OTHERS * (othersShare ?? 0));
}

function isSame(
  before: FleetState["regions"],
  after: ReadonlyMap<RegionName, RegionImpairment>,
): boolean {
  if (Object.keys(before).length !== after.size) return false;
  return [...after].every(([name, one]) => {
    const held = before[name];
    return (
      held?.number === one.number &&
      held.doubtedSinceMs === one.doubtedSinceMs &&
      held.sinceMs === one.sinceMs &&
      held.lowSinceMs === one.lowSinceMs
    );
  });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function changesBetween(
  before: FleetState,
  after: FleetState,
  compared: readonly Compared[],
): RegionChange[] {
  const voting = compared.filter(
    ({ region, checkedCount }) => checkedCount > 0 && isWell(after, region),
  );
  return Object.keys(after.regions).flatMap((region) => {
    if (isWell(before, region) === isWell(after, region)) return [];
    const count = compared.find((one) => one.region === region);
    const isAlone = voting.every((one) => one.region === region);
    return changeOf({ region, before, after }, { count, isAlone });
  });
}

function isWell({ regions }: FleetState, region: RegionName): boolean {
  return (regions[region]?.sinceMs ?? null) === null;
}

interface Turn {
  readonly region: RegionName;
  readonly before: FleetState;
  readonly after: FleetState;
}

/** `count` is undefined if the region is no longer of the fleet. */
function changeOf(
  { region, before, after }: Turn,
  { count, isAlone }: { readonly count: Compared | undefined; readonly isAlone: boolean },
): RegionChange {
  const isRaised = isWell(before, region);
  const atMs = after.throughMs;
  const ended = count === undefined ? ("region_removed" as const) : ("recovered" as const);
  return {
    region,
    phase: isRaised ? "raised" : "cleared",
    reason: isRaised ? "impaired" : ended,
    number: after.regions[region]?.number ?? 1,
    atMs,
    sinceMs: (isRaised ? after : before).regions[region]?.sinceMs ?? atMs,
    checkedCount: count?.checkedCount ?? 0,
    failingCount: count?.failingCount ?? 0,
    othersShare: count?.othersShare ?? null,
    kinds: mainKinds(count?.kinds ?? {}),
    isAlone: isRaised && isAlone,
  };
}

function mainKinds(kinds: NonNullable<RegionCount["kinds"]>): ErrorKind[] {
  const counted = Object.entries(kinds) as [ErrorKind, number][];
  const sorted = counted.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted.slice(0, SHOWN_KINDS).map(([kind]) => kind);
}
