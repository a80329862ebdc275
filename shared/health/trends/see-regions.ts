import type { TaskWindow } from "../../summary/summary.ts";
import { figuresOf, type RegionWindow } from "../../summary/summary.ts";
import type { RegionName } from "../../units.ts";
import type { Finding } from "../rules/rules.ts";
import {
  type Advance,
  advanceRegion,
  isEmpty,
  isGone,
  isSilent,
  newlySilent,
  pauseRegion,
} from "./advance-region.ts";
import { findingsOf } from "./findings.ts";
import type { RegionTrend, Trends } from "./model.ts";

/** What a window says of one region. */
export interface WindowRegion {
  readonly region: RegionName;
  /** As it is at the window's end; null if nothing is to be said of it. */
  readonly seen: RegionTrend | null;
  /** As it is remembered while nothing else changes. */
  readonly kept: RegionTrend | null;
  readonly findings: readonly Finding[];
  /** It reports nothing: what it broke still counts, and it is not shown as fine. */
  readonly isSilent: boolean;
  readonly hasVote: boolean;
}

type Regions = Trends["regions"];

/** A region that could not be read. */
const UNREAD: RegionWindow = {
  covered: false,
  figures: /* @__PURE__ */ figuresOf({ expectedCount: 0 }, []),
  checks: [],
  rechecks: [],
};

/** Moves every region by a window, in order of their names. */
export function seeRegions(before: Regions, window: TaskWindow, by: Advance): WindowRegion[] {
  const names = new Set([...Object.keys(window.regions), ...Object.keys(before)]);
  return [...names].sort().map((region) => {
    const own = window.regions[region] ?? UNREAD;
    const { seen, kept } = advanceRegion(before[region] ?? null, own, by);
    const findings = findingsOf(seen, by);
    return { region, seen, kept, findings, isSilent: isSilent(own), hasVote: !isGone(seen, by) };
  });
}

/**
 * What is remembered of the regions. While one of them breaks a rule it is also remembered since when
 * the others are silent; `isTurned` says that checks weigh otherwise from now on.
 */
export function rememberRegions(
  regions: readonly WindowRegion[],
  by: Advance,
  isTurned: boolean,
): Regions {
  const isBroken = regions.some(({ findings }) => findings.length > 0);
  const remembered = regions.flatMap(({ region, seen, kept, isSilent }) => {
    const own = isTurned ? seen : kept;
    if (own !== null && !isEmpty(own)) return [[region, own] as const];
    if (!isBroken || !isSilent) return [];
    return [[region, own ?? newlySilent(by)] as const];
  });
  return Object.fromEntries(remembered);
}

/** Sets all regions aside for as long as the task is down. */
export function pauseRegions(before: Regions, by: Advance): Regions {
  const paused = Object.entries(before).flatMap(([region, own]) => {
    const next = pauseRegion(own, by);
    return next === null ? [] : [[region, next] as const];
  });
  return Object.fromEntries(paused);
}
